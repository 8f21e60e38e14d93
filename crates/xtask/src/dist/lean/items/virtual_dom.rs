//! Attributes: one list of names for all elements, their values by place.

#[derive(PartialEq, Clone, Debug)]
pub enum Attributes {
    Static(&'static [(&'static str, AttributeOrProperty)]),
    Dynamic { keys: &'static [&'static str], values: Box<[Option<AttributeOrProperty>]> },
}

impl Attributes {
    pub fn iter<'a>(&'a self) -> Box<dyn Iterator<Item = (&'a str, &'a str)> + 'a> {
        unreachable!()
    }

    pub fn get_mut_index_map(&mut self) -> &mut IndexMap<AttrValue, AttributeOrProperty> {
        unreachable!()
    }
}

impl From<IndexMap<AttrValue, AttrValue>> for Attributes {
    fn from(_: IndexMap<AttrValue, AttrValue>) -> Self {
        unreachable!()
    }
}

impl From<IndexMap<&'static str, AttrValue>> for Attributes {
    fn from(_: IndexMap<&'static str, AttrValue>) -> Self {
        unreachable!()
    }
}

impl From<IndexMap<&'static str, JsValue>> for Attributes {
    fn from(_: IndexMap<&'static str, JsValue>) -> Self {
        unreachable!()
    }
}
