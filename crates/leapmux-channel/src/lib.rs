//! One encrypted channel: handshake, proof of the user, streams, credits, classes, rekey
