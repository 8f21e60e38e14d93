//! The screens' nodes: tags, texts and lists.

#[derive(Clone, ImplicitClone, PartialEq)]
#[must_use = "a node is drawn only where it is returned"]
pub enum VNode {
    VTag(Rc<VTag>),
    VText(VText),
    VList(Rc<VList>),
}

impl VNode {
    pub fn key(&self) -> Option<&Key> {
        match self {
            VNode::VTag(tag) => tag.key.as_ref(),
            VNode::VText(_) | VNode::VList(_) => None,
        }
    }

    pub fn to_vlist_mut(&mut self) -> &mut VList {
        if !matches!(self, VNode::VList(_)) {
            *self = VNode::VList(Rc::new(VList::from(mem::take(self))));
        }
        match self {
            VNode::VList(list) => Rc::get_mut(list).expect("nobody else holds it yet"),
            VNode::VTag(_) | VNode::VText(_) => unreachable!(),
        }
    }

    pub fn from_html_unchecked(_: AttrValue) -> Self {
        unreachable!()
    }
}

impl From<VComp> for VNode {
    fn from(_: VComp) -> Self {
        unreachable!()
    }
}

impl From<VSuspense> for VNode {
    fn from(_: VSuspense) -> Self {
        unreachable!()
    }
}

impl From<VPortal> for VNode {
    fn from(_: VPortal) -> Self {
        unreachable!()
    }
}

impl<COMP> From<VChild<COMP>> for VNode
where
    COMP: BaseComponent,
{
    fn from(_: VChild<COMP>) -> Self {
        unreachable!()
    }
}

impl fmt::Debug for VNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VNode")
    }
}
