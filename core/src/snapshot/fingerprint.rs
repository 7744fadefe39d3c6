//! SQLMesh fingerprints, bit for bit.
