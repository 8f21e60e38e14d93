//! No portals.

pub fn create_portal(_: Html, _: Element) -> Html {
    unreachable!()
}
