//! A component that never suspends.

impl ComponentState {
    fn resume_existing_suspension(&mut self) {}

    fn suspend(&mut self, _: &Shared<Option<ComponentState>>, _: Suspension) {}
}
