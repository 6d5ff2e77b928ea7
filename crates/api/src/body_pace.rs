//! How slowly a body may come: as a whole within a time, and never slower than a kibibyte a second.
//!
//! Only the time is counted in which the server waits for the client, not the time that it needs itself.
use crate::problem::{ErrorCode, Problem};
use axum::body::{Body, BodyDataStream, Bytes};
use futures_util::{Stream, StreamExt, stream};
use std::fmt;
use std::time::Duration;
use tokio::time::Instant;

/// How long the server waits for the whole body of a usual call.
pub(crate) const WITHIN: Duration = Duration::from_secs(10);

/// How long it waits for the whole body of an import.
pub(crate) const IMPORT_WITHIN: Duration = Duration::from_secs(60);

/// How long it waits before the rate is looked at.
const GRACE: Duration = Duration::from_secs(3);

/// The least rate, in bytes a second.
const RATE: u64 = 1024;

/// Why a body did not come whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The client closed the connection or broke the framing.
    CutOff,
    /// The client was too slow.
    Slow,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CutOff => "The body was cut off.",
            Self::Slow => "The body came too slowly.",
        })
    }
}

impl std::error::Error for Broken {}

impl From<Broken> for Problem {
    fn from(broken: Broken) -> Self {
        let code = match broken {
            Broken::CutOff => ErrorCode::InvalidJson,
            Broken::Slow => ErrorCode::BodyTooSlow,
        };
        Self::new(code, broken.to_string())
    }
}

/// A body that is read as it comes, but not for ever.
pub(crate) struct Paced {
    chunks: BodyDataStream,
    within: Duration,
    waited: Duration,
    bytes: u64,
}

impl Paced {
    /// A body that must be here `within` so long.
    pub(crate) fn new(body: Body, within: Duration) -> Self {
        Self {
            chunks: body.into_data_stream(),
            within,
            waited: Duration::ZERO,
            bytes: 0,
        }
    }

    /// How long may have been waited for what has come so far and the next piece.
    fn allowance(&self) -> Duration {
        let earned = Duration::from_millis(self.bytes.saturating_mul(1_000) / RATE);
        self.within.min(GRACE.saturating_add(earned))
    }

    /// The next piece.
    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, Broken>> {
        let left = self.allowance().saturating_sub(self.waited);
        let begun = Instant::now();
        let next = tokio::time::timeout(left, self.chunks.next()).await;
        self.waited += begun.elapsed();
        match next {
            Err(_) => Some(Err(Broken::Slow)),
            Ok(None) => None,
            Ok(Some(Err(_))) => Some(Err(Broken::CutOff)),
            Ok(Some(Ok(chunk))) => {
                self.bytes += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
                Some(Ok(chunk))
            }
        }
    }

    /// All pieces; nothing comes after an error.
    pub(crate) fn into_stream(self) -> impl Stream<Item = Result<Bytes, Broken>> {
        stream::unfold(Some(self), async |paced| {
            let mut paced = paced?;
            let next = paced.next().await?;
            let rest = next.is_ok().then_some(paced);
            Some((next, rest))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use tokio::sync::mpsc;

    /// What comes of a body whose pieces come at these milliseconds; the last one ends it.
    async fn comes(pieces: &[(u64, usize)], within: Duration) -> Result<usize, Broken> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let body = stream::unfold(receiver, async |mut receiver| {
            let piece: Bytes = receiver.recv().await?;
            Some((Ok::<_, Infallible>(piece), receiver))
        });
        let mut paced = Paced::new(Body::from_stream(body), within);
        let begun = Instant::now();
        let send = async {
            for &(at, size) in pieces {
                tokio::time::sleep_until(begun + Duration::from_millis(at)).await;
                // Who was too slow is not listened to any more.
                let _ = sender.send(Bytes::from(vec![b'x'; size]));
            }
            drop(sender);
        };
        let read = async {
            let mut size = 0;
            while let Some(next) = paced.next().await {
                size += next?.len();
            }
            Ok(size)
        };
        tokio::join!(send, read).1
    }

    #[tokio::test(start_paused = true)]
    async fn the_whole_body_has_ten_seconds() {
        let first = (0, 1024 * 1024);
        assert_eq!(
            comes(&[first, (9_999, 1)], WITHIN).await,
            Ok(1024 * 1024 + 1)
        );
        assert_eq!(
            comes(&[first, (10_001, 1)], WITHIN).await,
            Err(Broken::Slow)
        );
        assert!(comes(&[first, (10_001, 1)], IMPORT_WITHIN).await.is_ok());
        assert!(comes(&[first, (59_999, 1)], IMPORT_WITHIN).await.is_ok());
        assert_eq!(
            comes(&[first, (60_001, 1)], IMPORT_WITHIN).await,
            Err(Broken::Slow)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_while_it_comes_with_a_kibibyte_a_second_or_not_at_all() {
        let each =
            |size: usize| -> Vec<(u64, usize)> { (1..9).map(|it| (it * 1_000, size)).collect() };
        assert_eq!(comes(&each(1024), WITHIN).await, Ok(8 * 1024));
        // Three seconds and what 2,400 bytes earn end before the sixth piece.
        assert_eq!(comes(&each(480), WITHIN).await, Err(Broken::Slow));
        assert_eq!(comes(&[(2_999, 1)], WITHIN).await, Ok(1));
        assert_eq!(comes(&[(3_001, 1)], WITHIN).await, Err(Broken::Slow));
    }

    #[tokio::test(start_paused = true)]
    async fn time_that_the_server_needs_itself_is_not_the_clients() {
        let body = Body::from_stream(stream::iter(
            (0..4).map(|_| Ok::<_, Infallible>(Bytes::from_static(b"x"))),
        ));
        let mut paced = Paced::new(body, WITHIN);
        let mut read = 0;
        while let Some(next) = paced.next().await {
            assert_eq!(next, Ok(Bytes::from_static(b"x")));
            read += 1;
            tokio::time::sleep(WITHIN).await;
        }
        assert_eq!(read, 4);
    }
}
