//! Where the quotes and newlines of a JSON text are: the only bytes a walk has to stop at inside strings.

/// Positions, ascending, of the quotes that no backslash escapes, and of the newlines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    pub(crate) quotes: Vec<u32>,
    pub(crate) newlines: Vec<u32>,
}

/// Bytes looked at in one step; one bit each.
const BLOCK: usize = 64;

impl Index {
    /// Replaces the positions by those of `bytes`, which must be shorter than 4 GiB.
    pub(crate) fn build(&mut self, bytes: &[u8]) {
        self.quotes.clear();
        self.newlines.clear();
        let mut escape = Escape::default();
        let mut base = 0;
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        for block in blocks {
            self.add(masks(block), base, &mut escape);
            base += BLOCK as u32;
        }
        if !rest.is_empty() {
            let mut last = [b' '; BLOCK];
            last[..rest.len()].copy_from_slice(rest);
            self.add(masks(&last), base, &mut escape);
        }
    }

    fn add(&mut self, masks: Masks, base: u32, escape: &mut Escape) {
        push(&mut self.quotes, masks.quotes & !escape.of(masks.backslashes), base);
        push(&mut self.newlines, masks.newlines, base);
    }
}

/// One bit per byte of a block.
#[derive(Clone, Copy)]
struct Masks {
    quotes: u64,
    backslashes: u64,
    newlines: u64,
}

fn masks(block: &[u8; BLOCK]) -> Masks {
    let mut masks = Masks { quotes: 0, backslashes: 0, newlines: 0 };
    for (i, &b) in block.iter().enumerate() {
        masks.quotes |= u64::from(b == b'"') << i;
        masks.backslashes |= u64::from(b == b'\\') << i;
        masks.newlines |= u64::from(b == b'\n') << i;
    }
    masks
}

/// Which bytes a backslash escapes, carried from block to block.
#[derive(Default)]
struct Escape {
    next_is_escaped: bool,
}

impl Escape {
    fn of(&mut self, backslashes: u64) -> u64 {
        let carried = u64::from(std::mem::take(&mut self.next_is_escaped));
        if backslashes == 0 {
            return carried;
        }
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

fn push(places: &mut Vec<u32>, mut mask: u64, base: u32) {
    while mask != 0 {
        places.push(base + mask.trailing_zeros());
        mask &= mask - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(bytes: &[u8]) -> (Vec<u32>, Vec<u32>) {
        let (mut quotes, mut newlines, mut escaped) = (Vec::new(), Vec::new(), false);
        for (i, &b) in bytes.iter().enumerate() {
            match b {
                b'"' if !escaped => quotes.push(i as u32),
                b'\n' => newlines.push(i as u32),
                _ => {}
            }
            escaped = b == b'\\' && !escaped;
        }
        (quotes, newlines)
    }

    proptest! {
        #[test]
        fn agrees_with_one_byte_at_a_time(bytes in prop::collection::vec(prop::sample::select(b"\\\\\\\"\"\na {".to_vec()), 0..400)) {
            let mut index = Index::default();
            index.build(&bytes);
            prop_assert_eq!((index.quotes, index.newlines), plain(&bytes));
        }
    }
}
