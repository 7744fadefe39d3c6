//! Names of physical tables and views.
