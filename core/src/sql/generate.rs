//! Texts of small expressions: those that are hashed, those that are stored.
