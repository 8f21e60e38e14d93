//! A list that nobody else holds.

impl VList {
    fn children_mut(&mut self) -> &mut Vec<VNode> {
        Rc::get_mut(self.children.get_or_insert_with(Rc::default)).expect("nobody else holds it yet")
    }
}
