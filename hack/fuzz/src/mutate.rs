//! Changes of inputs: of bytes, of words that decoders know, of structure.

/// Numbers that look arbitrary: the sequence known as SplitMix64.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 if that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { (self.next_u64() % end as u64) as usize }
    }

    /// One of the options, of which there must be one.
    pub fn choose<'a, T>(&mut self, options: &'a [T]) -> &'a T {
        &options[self.below(options.len())]
    }

    /// A count: mostly small, sometimes very large.
    fn count(&mut self) -> usize {
        let largest = *self.choose(&[4, 16, 64, 300, 3_000, 40_000]);
        1 + self.below(largest)
    }
}

/// Inputs are cut to so many bytes.
pub const LENGTH_MAX: usize = 256 << 10;

/// What means something to one of the decoders.
const WORDS: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b":",
    b",",
    b"null",
    b"true",
    b"false",
    b"0",
    b"-1",
    b"1.5",
    b"1e999",
    b"-0",
    b"9223372036854775808",
    b"18446744073709551616",
    b"0.1e-400",
    b"\\u0000",
    b"\\ud800",
    b"\\ud83d\\ude00",
    b"\\",
    b"{}",
    b"[]",
    b"\"\"",
    b"{\"a\":",
    b"kind",
    b"apiVersion",
    b"metadata",
    b"spec",
    b"items",
    b"name",
    b"$patch",
    b"$retainKeys",
    b"$deleteFromPrimitiveList/",
    b"$setElementOrder/",
    b"delete",
    b"replace",
    b"merge",
    b"f:",
    b"k:{",
    b"v:",
    b"i:",
    b"---\n",
    b"- ",
    b"? ",
    b": ",
    b"&a ",
    b"*a",
    b"<<: ",
    b"!!binary ",
    b"!!str ",
    b"!x ",
    b"|\n",
    b">-\n",
    b"\n",
    b"\t",
    b"  ",
    b"'",
    b"# ",
    b"%YAML 1.1\n",
    b".inf",
    b"0x1f",
    b"1_000",
    b"1:30",
    b"2024-01-02T03:04:05Z",
    b"1h2m",
    b"1Gi",
    b"1e9",
    b"-1n",
    b"E",
    b"Ki",
    b" in (",
    b" notin ()",
    b"!=",
    b"==",
    b"!",
    b"~1",
    b"/-",
    b"/0",
    b"/-1",
    b"add",
    b"copy",
    b"move",
    b"remove",
    b"test",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"\xf0\x9f\x98\x80",
    b"k8s\0",
    b"\x0a\x00",
    b"\x12\x00",
    b"\x0a\xff\xff\xff\xff\x0f",
    b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
    b"\x08\x01",
    b"\x1a\x02\x08\x00",
];

/// Beginnings and ends that nest what stands between them.
const NESTS: &[(&[u8], &[u8])] = &[
    (b"[", b"]"),
    (b"{\"a\":", b"}"),
    (b"{\"not\":", b"}"),
    (b"{\"items\":", b"}"),
    (b"{\"f:a\":", b"}"),
    (b"- ", b""),
    (b"? ", b""),
    (b"{a: ", b"}"),
    (b"&a [", b"]"),
    (b"(", b")"),
    (b"\"", b"\""),
    (b"!", b""),
    (b"\\", b""),
    (b" ", b""),
    (b"[[", b""),
    (b"{\"a\":[", b""),
];

/// Changes an input a few times; `others` are what parts may be taken from.
pub fn mutate(input: &mut Vec<u8>, others: &[Vec<u8>], rng: &mut Rng) {
    for _ in 0..1 + rng.below(4) {
        match rng.below(12) {
            0 | 1 => change_byte(input, rng),
            2 => remove(input, rng),
            3 => repeat(input, rng),
            4 | 5 => insert_word(input, rng),
            6 => replace_token(input, rng),
            7 => nest(input, rng),
            8 => nest_message(input, rng),
            9 => {
                let other: &Vec<u8> = rng.choose(others);
                splice(input, other, rng);
            }
            10 => swap(input, rng),
            _ => many(input, rng),
        }
        input.truncate(LENGTH_MAX);
    }
}

fn change_byte(input: &mut [u8], rng: &mut Rng) {
    let (at, number) = (rng.below(input.len()), rng.next_u64());
    if let Some(byte) = input.get_mut(at) {
        match number % 4 {
            0 => *byte ^= 1 << (number >> 8 & 7),
            1 => *byte = *rng.choose(&[0, 1, 0x7f, 0x80, 0xfe, 0xff, b'"', b'\\', b'{', b'[', b'\n', b' ']),
            2 => *byte = byte.wrapping_add(1),
            _ => *byte = (number >> 8) as u8,
        }
    }
}

/// A range of the input, mostly a short one.
fn range(input: &[u8], rng: &mut Rng) -> std::ops::Range<usize> {
    let start = rng.below(input.len());
    let longest = *rng.choose(&[4, 32, 256, LENGTH_MAX]);
    start..(start + 1 + rng.below(longest)).min(input.len())
}

fn remove(input: &mut Vec<u8>, rng: &mut Rng) {
    let range = range(input, rng);
    input.drain(range);
}

fn repeat(input: &mut Vec<u8>, rng: &mut Rng) {
    let range = range(input, rng);
    let times = rng.count().min(LENGTH_MAX / range.len().max(1));
    let repeated = input[range.clone()].repeat(times);
    input.splice(range.end..range.end, repeated);
}

fn insert_word(input: &mut Vec<u8>, rng: &mut Rng) {
    let at = rng.below(input.len() + 1);
    let word = *rng.choose(WORDS);
    input.splice(at..at, word.iter().copied());
}

/// The end of the token that begins at `start`: a string, a word or number, or one byte.
fn token_end(input: &[u8], start: usize) -> usize {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"-+._".contains(byte);
    match input.get(start) {
        Some(b'"') => {
            let rest = &input[start + 1..];
            start + 2 + rest.iter().position(|byte| *byte == b'"').unwrap_or(rest.len().saturating_sub(1))
        }
        Some(byte) if is_word(byte) => start + input[start..].iter().take_while(|byte| is_word(byte)).count(),
        _ => (start + 1).min(input.len()),
    }
}

fn replace_token(input: &mut Vec<u8>, rng: &mut Rng) {
    let start = rng.below(input.len());
    let end = token_end(input, start).min(input.len());
    let word = *rng.choose(WORDS);
    input.splice(start.min(end)..end, word.iter().copied());
}

/// Puts a value below many others.
fn nest(input: &mut Vec<u8>, rng: &mut Rng) {
    let start = rng.below(input.len() + 1);
    let end = if rng.below(4) == 0 { input.len() } else { token_end(input, start).min(input.len()) };
    let (open, close) = *rng.choose(NESTS);
    let depth = rng.count();
    input.splice(end..end, close.repeat(depth));
    input.splice(start.min(end)..start.min(end), open.repeat(depth));
}

/// Makes a range a protobuf field, below many others.
fn nest_message(input: &mut Vec<u8>, rng: &mut Rng) {
    let range = range(input, rng);
    let mut message = input[range.clone()].to_vec();
    let tag = (rng.below(16) << 3) as u8 | 2;
    for _ in 0..rng.count().min(3_000) {
        let mut head = vec![tag];
        let mut length = message.len();
        while length >= 0x80 {
            head.push(length as u8 | 0x80);
            length >>= 7;
        }
        head.push(length as u8);
        if message.len() + head.len() > LENGTH_MAX {
            break;
        }
        message.splice(0..0, head);
    }
    input.splice(range, message);
}

fn splice(input: &mut Vec<u8>, other: &[u8], rng: &mut Rng) {
    let at = rng.below(input.len() + 1);
    let range = range(other, rng);
    input.splice(at..at, other.get(range).unwrap_or_default().iter().copied());
}

fn swap(input: &mut [u8], rng: &mut Rng) {
    let (a, b) = (range(input, rng), range(input, rng));
    let length = a.len().min(b.len());
    for offset in 0..length {
        input.swap(a.start + offset, b.start + offset);
    }
}

/// Inserts one small thing very often.
fn many(input: &mut Vec<u8>, rng: &mut Rng) {
    const THINGS: &[&[u8]] = &[
        b"{},",
        b"[],",
        b"\"\":1,",
        b"\"a\":1,",
        b"null,",
        b"0,",
        b"- \n",
        b"*a,",
        b"\x0a\x00",
        b"\x12\x00",
        b"\x1a\x00",
        b"a,",
        b"a=b,",
        b"9",
        b"/a",
    ];
    let at = rng.below(input.len() + 1);
    let thing = *rng.choose(THINGS);
    let times = (rng.count() * 4).min(LENGTH_MAX / thing.len());
    input.splice(at..at, thing.repeat(times));
}
