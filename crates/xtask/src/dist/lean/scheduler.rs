//! One queue: what a component does next is done in the order in which it was asked for, before the browser goes on.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::platform::spawn_local;

/// What several parts of a component hold.
pub type Shared<T> = Rc<RefCell<T>>;

/// Something that is done once.
pub trait Runnable {
    /// Does it.
    fn run(self: Box<Self>);
}

thread_local! {
    static QUEUE: RefCell<Vec<Box<dyn Runnable>>> = const { RefCell::new(Vec::new()) };
    static IS_STARTED: Cell<bool> = const { Cell::new(false) };
}

fn enqueue(task: Box<dyn Runnable>) {
    QUEUE.with_borrow_mut(|queue| queue.push(task));
}

/// Has something done.
pub fn push(task: Box<dyn Runnable>) {
    enqueue(task);
    start();
}

pub(crate) fn push_component_create(_: usize, create: Box<dyn Runnable>, render: Box<dyn Runnable>) {
    enqueue(create);
    enqueue(render);
}

pub(crate) fn push_component_destroy(destroy: Box<dyn Runnable>) {
    enqueue(destroy);
}

pub(crate) fn push_component_render(_: usize, render: Box<dyn Runnable>) {
    enqueue(render);
}

pub(crate) fn push_component_update(update: Box<dyn Runnable>) {
    enqueue(update);
}

pub(crate) fn push_component_rendered(_: usize, rendered: Box<dyn Runnable>, _: bool) {
    enqueue(rendered);
}

pub(crate) fn push_component_props_update(update: Box<dyn Runnable>) {
    enqueue(update);
}

/// Does all that was asked for at the end of the current microtask.
pub(crate) fn start() {
    if !IS_STARTED.replace(true) {
        spawn_local(async {
            loop {
                let tasks = QUEUE.take();
                if tasks.is_empty() {
                    break;
                }
                tasks.into_iter().for_each(Runnable::run);
            }
            IS_STARTED.set(false);
        });
    }
}
