//! THE WIDGET: hands and face.
