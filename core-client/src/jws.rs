//! Compact JSON Web Signatures over bytes.
