//! Records out of a stream of bytes, without ever holding more than one of them and what just arrived.
use bytes::{Buf, Bytes, BytesMut};
use futures_util::future::FutureExt;
use futures_util::stream::{BoxStream, StreamExt};
use std::io;
use std::time::Duration;

/// Bytes as they come.
pub type Chunks = BoxStream<'static, io::Result<Bytes>>;

/// The longest record, in bytes: a full profile and room for how it is written.
pub const MAX_RECORD: usize = 128 * 1024;

/// How much may be sent in all, in bytes.
pub const MAX_BYTES: usize = 512 * 1024 * 1024;

/// How long nothing may come before the import ends.
const IDLE: Duration = Duration::from_secs(60);

/// What the stream brings next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A record, without its line break, and the number of its first line.
    Record(u64, Bytes),
    /// A record that is longer than [`MAX_RECORD`]; it was passed over.
    TooLong(u64),
    /// Nothing yet: whoever sends may be waiting for an answer.
    Nothing,
    /// All was read.
    End,
    /// Nothing more can be read, for a reason.
    Cut(u64, &'static str),
}

/// The records of a stream.
pub(super) struct Records {
    chunks: Chunks,
    /// Whether a line break inside of quotes belongs to a record.
    has_quotes: bool,
    buffer: BytesMut,
    /// How much of the buffer is known to hold no end of a record.
    seen: usize,
    is_quoted: bool,
    /// Whether what is read belongs to a record that is too long.
    is_skipping: bool,
    /// The number of the first line of what comes next.
    line: u64,
    /// Line breaks inside of the record that is being read.
    inner: u64,
    received: usize,
    is_over: bool,
}

impl Records {
    pub(super) fn new(chunks: Chunks, has_quotes: bool) -> Self {
        Self {
            chunks,
            has_quotes,
            buffer: BytesMut::new(),
            seen: 0,
            is_quoted: false,
            is_skipping: false,
            line: 1,
            inner: 0,
            received: 0,
            is_over: false,
        }
    }

    /// The next record. With `is_patient` it waits for it; without, it says when nothing is there.
    pub(super) async fn next(&mut self, is_patient: bool) -> Next {
        loop {
            if let Some(end) = self.end_of_record() {
                let record = self.buffer.split_to(end).freeze();
                self.buffer.advance(1);
                if let Some(next) = self.finish(record) {
                    return next;
                }
                continue;
            }
            if self.is_over {
                let rest = self.buffer.split().freeze();
                self.seen = 0;
                if rest.is_empty() && !self.is_skipping {
                    return Next::End;
                }
                return self.finish(rest).unwrap_or(Next::End);
            }
            if self.buffer.len() > MAX_RECORD {
                self.buffer.clear();
                self.seen = 0;
                self.is_skipping = true;
            }
            let chunk = if is_patient {
                match tokio::time::timeout(IDLE, self.chunks.next()).await {
                    Ok(chunk) => chunk,
                    Err(_) => return self.cut("Nothing came for a minute."),
                }
            } else {
                match self.chunks.next().now_or_never() {
                    Some(chunk) => chunk,
                    None => return Next::Nothing,
                }
            };
            match chunk {
                None => self.is_over = true,
                Some(Err(_)) => return self.cut("What was sent was cut off."),
                Some(Ok(chunk)) => {
                    self.received = self.received.saturating_add(chunk.len());
                    if self.received > MAX_BYTES {
                        return self
                            .cut("More than 512 MiB were sent. Send the rest in another request.");
                    }
                    self.buffer.extend_from_slice(&chunk);
                }
            }
        }
    }

    /// The number of the line that comes next.
    pub(super) const fn line(&self) -> u64 {
        self.line
    }

    fn cut(&mut self, why: &'static str) -> Next {
        self.is_over = true;
        self.buffer.clear();
        self.is_skipping = false;
        Next::Cut(self.line, why)
    }

    /// Where the record that is being read ends.
    fn end_of_record(&mut self) -> Option<usize> {
        for place in self.seen..self.buffer.len() {
            match self.buffer[place] {
                b'"' if self.has_quotes => self.is_quoted = !self.is_quoted,
                // Of a record that is passed over nobody knows where its quotes end.
                b'\n' if self.is_quoted && !self.is_skipping => self.inner += 1,
                b'\n' => {
                    self.seen = 0;
                    return Some(place);
                }
                _ => {}
            }
        }
        self.seen = self.buffer.len();
        None
    }

    /// What came of a record; none for an empty line.
    fn finish(&mut self, record: Bytes) -> Option<Next> {
        let line = self.line;
        self.line += 1 + std::mem::take(&mut self.inner);
        self.is_quoted = false;
        if std::mem::take(&mut self.is_skipping) || record.len() > MAX_RECORD {
            return Some(Next::TooLong(line));
        }
        let record = match (line, record.strip_prefix(b"\xef\xbb\xbf")) {
            // A byte order mark.
            (1, Some(rest)) => record.slice_ref(rest),
            _ => record,
        };
        let record = record.slice_ref(record.trim_ascii_end());
        (!record.is_empty()).then_some(Next::Record(line, record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    fn records(chunks: Vec<&'static [u8]>, has_quotes: bool) -> Records {
        let chunks = stream::iter(chunks.into_iter().map(|it| Ok(Bytes::from_static(it))));
        Records::new(chunks.boxed(), has_quotes)
    }

    async fn all(mut records: Records) -> Vec<(u64, String)> {
        let mut found = Vec::new();
        loop {
            match records.next(true).await {
                Next::Record(line, it) => {
                    found.push((line, String::from_utf8(it.to_vec()).unwrap()));
                }
                Next::TooLong(line) => found.push((line, "too long".to_owned())),
                Next::End => return found,
                other => panic!("{other:?}"),
            }
        }
    }

    fn told(expected: &[(u64, &str)]) -> Vec<(u64, String)> {
        expected
            .iter()
            .map(|(line, it)| (*line, (*it).to_owned()))
            .collect()
    }

    #[tokio::test]
    async fn lines_are_found_however_they_arrive() {
        let expected = told(&[(1, "one"), (3, "three"), (4, "\"four"), (5, "five")]);
        let whole = records(
            vec![b"\xef\xbb\xbfone\r\n\nthree\n\"four\nfive".as_slice()],
            false,
        );
        assert_eq!(all(whole).await, expected);
        let torn = records(
            vec![
                b"\xef\xbb\xbfon".as_slice(),
                b"e\r".as_slice(),
                b"\n\nthree\n\"fo".as_slice(),
                b"ur\nfive\n".as_slice(),
            ],
            false,
        );
        assert_eq!(all(torn).await, expected);
        assert_eq!(all(records(vec![], false)).await, told(&[]));
    }

    #[tokio::test]
    async fn a_quoted_line_break_ends_no_record() {
        let csv = records(vec![b"a,\"b\n\"\"c\"\nd,e\n".as_slice()], true);
        assert_eq!(all(csv).await, told(&[(1, "a,\"b\n\"\"c\""), (3, "d,e")]));
    }

    #[tokio::test]
    async fn what_is_too_long_is_passed_over() {
        let long: &'static [u8] = vec![b'x'; MAX_RECORD + 1].leak();
        let lines = records(
            vec![b"one\n".as_slice(), long, b"xx\nthree\n".as_slice(), long],
            false,
        );
        assert_eq!(
            all(lines).await,
            told(&[(1, "one"), (2, "too long"), (3, "three"), (4, "too long")])
        );
    }

    #[tokio::test]
    async fn whoever_is_impatient_hears_that_nothing_is_there() {
        let chunks = stream::once(async { Ok(Bytes::from_static(b"one\ntw")) });
        let mut lines = Records::new(chunks.chain(stream::pending()).boxed(), false);
        assert_eq!(
            lines.next(false).await,
            Next::Record(1, Bytes::from_static(b"one"))
        );
        assert_eq!(lines.next(false).await, Next::Nothing);
    }
}
