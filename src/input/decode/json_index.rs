//! The positions of the quotes and newlines of a JSON text: the only bytes inside strings that a walk has to look at.

/// Set on the closing quote of a string that holds a backslash.
pub(crate) const ESCAPES: u32 = 1 << 31;
/// The bits of an entry that hold the position.
pub(crate) const PLACE: u32 = ESCAPES - 1;

/// Positions, ascending, of the quotes that no backslash escapes, and of the newlines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    /// With [`ESCAPES`] if there is a backslash between a quote and the one before it.
    pub(crate) quotes: Vec<u32>,
    pub(crate) newlines: Vec<u32>,
}

/// Bytes compared in one step; one bit each.
const BLOCK: usize = 64;

impl Index {
    /// Replaces the positions by those of `bytes`, which must be shorter than 2 GiB.
    pub(crate) fn build(&mut self, bytes: &[u8]) {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = pulp::x86::V3::try_new() {
            return avx2.vectorize(Build { index: self, bytes, masks: Avx2(avx2) });
        }
        self.build_with(bytes, &Portable);
    }

    #[inline(always)]
    fn build_with(&mut self, bytes: &[u8], masks: &impl Masks) {
        self.quotes.clear();
        self.newlines.clear();
        let mut state = BlockCarry::default();
        let mut base = 0;
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        for block in blocks {
            self.add(masks.of(block), base, &mut state);
            base += BLOCK as u32;
        }
        if !rest.is_empty() {
            let mut last = [b' '; BLOCK];
            last[..rest.len()].copy_from_slice(rest);
            self.add(masks.of(&last), base, &mut state);
        }
    }

    #[inline(always)]
    fn add(&mut self, [mut quotes, backslashes, newlines]: [u64; 3], base: u32, state: &mut BlockCarry) {
        push(&mut self.newlines, newlines, base);
        if backslashes == 0 && !state.next_is_escaped && !state.string_has_escapes {
            return push(&mut self.quotes, quotes, base);
        }
        quotes &= !state.escaped(backslashes);
        let mut open = backslashes;
        while quotes != 0 {
            let at = quotes.trailing_zeros();
            let before = (1_u64 << at) - 1;
            let escapes = std::mem::take(&mut state.string_has_escapes) || open & before != 0;
            open &= !before;
            self.quotes.push((base + at) | if escapes { ESCAPES } else { 0 });
            quotes &= quotes - 1;
        }
        state.string_has_escapes |= open != 0;
    }
}

/// Compares the bytes of a block.
trait Masks {
    /// One bit for each byte that is a quote, a backslash, a newline.
    fn of(&self, block: &[u8; BLOCK]) -> [u64; 3];
}

/// With instructions that every target has.
struct Portable;

impl Masks for Portable {
    #[inline(always)]
    fn of(&self, block: &[u8; BLOCK]) -> [u64; 3] {
        /// A multiplication by this gathers the lowest bits of eight bytes in the highest byte.
        const GATHER: u64 = 0x0102_0408_1020_4080;
        [b'"', b'\\', b'\n'].map(|byte| {
            let equal = block.map(|b| u8::from(b == byte));
            let eights = equal.as_chunks::<8>().0.iter().enumerate();
            eights
                .fold(0, |mask, (i, e)| mask | (u64::from_le_bytes(*e).wrapping_mul(GATHER) >> 56) << (8 * i))
        })
    }
}

/// 32 bytes at a time.
#[cfg(target_arch = "x86_64")]
struct Avx2(pulp::x86::V3);

#[cfg(target_arch = "x86_64")]
impl Masks for Avx2 {
    // No closures here: they would be compiled without the instructions.
    #[inline(always)]
    fn of(&self, block: &[u8; BLOCK]) -> [u64; 3] {
        let [low, high]: [[u8; 32]; 2] = pulp::cast(*block);
        let (low, high) = (pulp::cast(low), pulp::cast(high));
        [self.equal(low, high, b'"'), self.equal(low, high, b'\\'), self.equal(low, high, b'\n')]
    }
}

#[cfg(target_arch = "x86_64")]
impl Avx2 {
    #[inline(always)]
    fn equal(&self, low: std::arch::x86_64::__m256i, high: std::arch::x86_64::__m256i, byte: u8) -> u64 {
        let (avx, avx2) = (self.0.avx, self.0.avx2);
        let wanted = avx._mm256_set1_epi8(byte.cast_signed());
        let low = avx2._mm256_movemask_epi8(avx2._mm256_cmpeq_epi8(low, wanted)).cast_unsigned();
        let high = avx2._mm256_movemask_epi8(avx2._mm256_cmpeq_epi8(high, wanted)).cast_unsigned();
        u64::from(low) | u64::from(high) << 32
    }
}

/// The work that is compiled with the instructions of [`Avx2`].
#[cfg(target_arch = "x86_64")]
struct Build<'a> {
    index: &'a mut Index,
    bytes: &'a [u8],
    masks: Avx2,
}

#[cfg(target_arch = "x86_64")]
impl pulp::NullaryFnOnce for Build<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.index.build_with(self.bytes, &self.masks);
    }
}

/// What carries over from one block to the next.
#[derive(Default)]
struct BlockCarry {
    next_is_escaped: bool,
    string_has_escapes: bool,
}

impl BlockCarry {
    /// Which bytes a backslash escapes.
    #[inline]
    fn escaped(&mut self, backslashes: u64) -> u64 {
        let carried = u64::from(std::mem::take(&mut self.next_is_escaped));
        let mut escaped = carried;
        let mut open = backslashes & !carried;
        while open != 0 {
            let at = open.trailing_zeros();
            if at == 63 {
                self.next_is_escaped = true;
                break;
            }
            let next = 1 << (at + 1);
            escaped |= next;
            open &= !(1 << at | next);
        }
        escaped
    }
}

#[inline(always)]
fn push(places: &mut Vec<u32>, mut mask: u64, base: u32) {
    // The length is known in advance, so that capacity is reserved once.
    places.extend((0..mask.count_ones()).map(|_| {
        let at = mask.trailing_zeros();
        mask &= mask.wrapping_sub(1);
        base + at
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(bytes: &[u8]) -> (Vec<u32>, Vec<u32>) {
        let (mut quotes, mut newlines, mut escaped, mut seen) = (Vec::new(), Vec::new(), false, false);
        for (i, &b) in bytes.iter().enumerate() {
            match b {
                b'"' if !escaped => {
                    quotes.push(i as u32 | if std::mem::take(&mut seen) { ESCAPES } else { 0 })
                }
                b'\n' => newlines.push(i as u32),
                _ => {}
            }
            seen |= b == b'\\';
            escaped = b == b'\\' && !escaped;
        }
        (quotes, newlines)
    }

    proptest! {
        #[test]
        fn agrees_with_one_byte_at_a_time(bytes in prop::collection::vec(prop::sample::select(b"\\\\\\\"\"\na {".to_vec()), 0..400)) {
            let mut index = Index::default();
            index.build(&bytes);
            prop_assert_eq!((&index.quotes, &index.newlines), (&plain(&bytes).0, &plain(&bytes).1));
            index.build_with(&bytes, &Portable);
            prop_assert_eq!((index.quotes, index.newlines), plain(&bytes));
        }
    }
}
