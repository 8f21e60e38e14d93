//! Nodes that share a PostgreSQL database: what there is is sold once, and a wish that comes to two of them makes one order.

mod counter;
mod noticing;
mod one_code;
mod releases;
mod sealed;
mod two_nodes;
