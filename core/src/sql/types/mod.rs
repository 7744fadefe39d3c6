//! Data types: read, printed, and joined as SQLGlot does.
