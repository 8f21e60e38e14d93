//! The widget's memory: one list of free blocks, joined where they touch. The allocator that Rust brings for wasm makes the widget
//! 2.1 kB brotli larger.

use lol_alloc::{AssumeSingleThreaded, FreeListAllocator};

#[global_allocator]
#[expect(unsafe_code, reason = "a wasm module without threads has one caller at a time")]
// SAFETY: see above; threads would need a build with shared memory, which `dist` does not make.
static HEAP: AssumeSingleThreaded<FreeListAllocator> = unsafe { AssumeSingleThreaded::new(FreeListAllocator::new()) };
