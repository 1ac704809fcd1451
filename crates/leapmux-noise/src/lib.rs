//! The hybrid post-quantum handshake, transport ciphers, key bundle, fingerprint and pins
