//! The widget's memory: blocks by powers of two, each size with a list of its free ones. The allocator that Rust brings for wasm
//! finds tighter fits and makes the widget 2.2 kB brotli larger; here every call takes the same few steps.

#![expect(unsafe_code, reason = "an allocator hands out raw memory")]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr::{self, null_mut};

/// The least block, bytes; also the greatest alignment. Wasm has no type that wants more.
const LEAST: usize = 16;
/// Memory is asked for by so many bytes or more: a page of wasm.
const PAGE: usize = 1 << 16;
/// Sizes of blocks that there are: up to half of what 32 bits address.
const SIZES: usize = 32;

/// Never gives memory back and never joins blocks: a checkout asks for the same few sizes over and over.
pub(crate) struct Heap {
    inner: UnsafeCell<Inner>,
    /// Gives that many bytes more, aligned to [`PAGE`], or null.
    more: fn(usize) -> *mut u8,
}

struct Inner {
    /// By exponent of their size: the first free block, which holds the address of the next.
    free: [*mut u8; SIZES],
    /// What was never handed out, from here…
    fresh: *mut u8,
    /// … so many bytes.
    left: usize,
}

// SAFETY: a wasm module without threads has one caller at a time; so has each test.
unsafe impl Sync for Heap {}

impl Heap {
    /// An empty heap.
    pub(crate) const fn new(more: fn(usize) -> *mut u8) -> Heap {
        Heap { inner: UnsafeCell::new(Inner { free: [null_mut(); SIZES], fresh: null_mut(), left: 0 }), more }
    }
}

// SAFETY: blocks are disjoint, aligned to `LEAST` and at least as long as asked for.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > LEAST || layout.size() > 1 << (SIZES - 2) {
            return null_mut();
        }
        let size = size_of_block(layout.size());
        // SAFETY: nobody else is inside, see `Sync`; what is on a list is a free block, which begins with an address.
        unsafe {
            let inner = &mut *self.inner.get();
            let head = &mut inner.free[size.trailing_zeros() as usize];
            if !head.is_null() {
                let block = *head;
                *head = block.cast::<*mut u8>().read();
                return block;
            }
            if inner.left < size {
                let wanted = size.next_multiple_of(PAGE);
                let more = (self.more)(wanted);
                if more.is_null() {
                    return null_mut();
                }
                // A rest in front of it is joined where it touches, else given up: less than this block.
                if inner.fresh.wrapping_add(inner.left) != more {
                    (inner.fresh, inner.left) = (more, 0);
                }
                inner.left += wanted;
            }
            let block = inner.fresh;
            inner.fresh = block.add(size);
            inner.left -= size;
            block
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above; the block is free from here on, and long enough for an address.
        unsafe {
            let head = &mut (*self.inner.get()).free[size_of_block(layout.size()).trailing_zeros() as usize];
            block.cast::<*mut u8>().write(*head);
            *head = block;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if size_of_block(size) == size_of_block(layout.size()) {
            return block;
        }
        // SAFETY: both blocks are as long as what is copied.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                ptr::copy_nonoverlapping(block, moved, size.min(layout.size()));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

fn size_of_block(size: usize) -> usize {
    size.max(LEAST).next_power_of_two()
}

#[cfg(target_arch = "wasm32")]
mod global {
    use super::{Heap, PAGE, null_mut};

    #[global_allocator]
    static HEAP: Heap = Heap::new(|bytes| match core::arch::wasm32::memory_grow(0, bytes / PAGE) {
        usize::MAX => null_mut(),
        pages => (pages * PAGE) as *mut u8,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Memory for tests: never given back, like wasm's.
    fn more(bytes: usize) -> *mut u8 {
        // SAFETY: the layout is not empty.
        unsafe { std::alloc::System.alloc(Layout::from_size_align(bytes, PAGE).unwrap()) }
    }

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size, 8).unwrap()
    }

    #[test]
    fn blocks_keep_what_is_written_while_others_come_go_and_grow() {
        let heap = Heap::new(more);
        let mut chance = 1_u32;
        let mut blocks: Vec<(*mut u8, usize, u8)> = Vec::new();
        for round in 0..20_000_u32 {
            chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (pick, size) = ((chance >> 8) as usize, 1 + (chance >> 16) as usize % 3000);
            // SAFETY: each block is used as long as it is held, within its size.
            unsafe {
                if blocks.len() > 100 {
                    let (block, size, mark) = blocks.swap_remove(pick % 100);
                    assert!((0..size).all(|at| *block.add(at) == mark), "round {round}");
                    heap.dealloc(block, layout(size));
                } else if pick % 3 == 0 && !blocks.is_empty() {
                    let at = pick % blocks.len();
                    let (block, old, mark) = blocks[at];
                    let moved = heap.realloc(block, layout(old), size);
                    assert!((0..size.min(old)).all(|at| *moved.add(at) == mark), "round {round}");
                    moved.write_bytes(mark, size);
                    blocks[at] = (moved, size, mark);
                } else {
                    let block = heap.alloc(layout(size));
                    assert_eq!(block.align_offset(LEAST), 0);
                    block.write_bytes(round as u8, size);
                    blocks.push((block, size, round as u8));
                }
            }
        }
    }

    #[test]
    fn what_was_freed_is_used_again() {
        static ASKED: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let heap = Heap::new(|bytes| {
            ASKED.fetch_add(bytes, std::sync::atomic::Ordering::Relaxed);
            more(bytes)
        });
        for size in (1..100_000).step_by(7) {
            // SAFETY: the block is given back at once.
            unsafe { heap.dealloc(heap.alloc(layout(size)), layout(size)) };
        }
        assert!(ASKED.load(std::sync::atomic::Ordering::Relaxed) <= 8 * PAGE);
    }

    #[test]
    fn what_cannot_be_had_is_null() {
        let heap = Heap::new(|_| null_mut());
        // SAFETY: nothing is written.
        unsafe {
            assert!(heap.alloc(layout(1)).is_null());
            assert!(heap.alloc(Layout::from_size_align(1, 32).unwrap()).is_null());
            assert!(heap.alloc(layout(1 << 31)).is_null());
        }
    }
}
