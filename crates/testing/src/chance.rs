//! Chance that can be repeated: everything that a run chooses follows from its seed.

/// SplitMix64.
#[derive(Clone)]
pub struct Chance(u64);

/// A seed that no run had before.
pub fn seed() -> u64 {
    let mut bytes = [0; 4];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    u32::from_be_bytes(bytes).into()
}

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// From 0 up to that number, without it.
    pub fn below(&mut self, number: u64) -> u64 {
        self.next() % number
    }

    /// Whether something happens that happens so often in a hundred times.
    pub fn percent(&mut self, times: u64) -> bool {
        self.below(100) < times
    }

    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len().try_into().unwrap())).unwrap()]
    }

    /// Sixteen bytes for a key or a nonce.
    pub fn bytes(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.next().to_be_bytes());
        bytes[8..].copy_from_slice(&self.next().to_be_bytes());
        bytes
    }

    /// Another chance, which goes its own way from here.
    pub fn branch(&mut self) -> Chance {
        Chance(self.next())
    }
}
