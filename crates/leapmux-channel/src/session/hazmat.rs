//! Ways around the rules that only tests may take: records no honest side would make.

use super::Session;

impl Session {
    /// Seals any plaintext as this side's next record.
    pub fn seal_raw(&mut self, plaintext: &[u8]) -> Vec<u8> {
        let half = self.sending.as_mut().expect("the channel is open");
        half.cipher.seal(plaintext.to_vec()).expect("the counter is low")
    }
    /// Opens a record of the peer without handling it.
    pub fn open_raw(&mut self, record: &[u8]) -> Vec<u8> {
        let half = self.receiving.as_mut().expect("the channel is open");
        half.cipher.open(record).expect("the record is good")
    }
    /// Sets both counters.
    pub fn jump(&mut self, n: u64) {
        for half in [&mut self.sending, &mut self.receiving].into_iter().flatten() {
            half.cipher.jump(n);
        }
    }
    /// Makes the bytes of this epoch look like this many, both ways.
    pub fn pretend_bytes(&mut self, bytes: u64) {
        for half in [&mut self.sending, &mut self.receiving].into_iter().flatten() {
            half.bytes = bytes;
        }
    }
}
