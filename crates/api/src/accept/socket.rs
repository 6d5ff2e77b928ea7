//! A socket with deadlines: for the head of a request, for the time between requests, for a client that does not read.
//!
//! Bodies have their own pace, see `body_pace`: it counts only while somebody reads them.
use super::Sockets;
use axum::body::HttpBody;
use axum::body::{Body, Bytes};
use http_body::{Frame, SizeHint};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// What the client of a connection is doing.
#[derive(Debug, Clone, Copy)]
enum Phase {
    /// It sends the head of a request.
    Head { until: Instant },
    /// It has been answered and may ask again.
    Idle { until: Instant },
    /// It is being answered.
    Busy,
}

/// The phase of a connection, known to its socket and to the requests that come from it.
#[derive(Clone)]
pub(super) struct Phases {
    now: Arc<Mutex<Phase>>,
    head_within: Duration,
    idle_within: Duration,
    read_within: Duration,
}

impl Phases {
    pub(super) fn new(sockets: &Sockets) -> Self {
        let first = Phase::Head {
            until: Instant::now() + sockets.head_within,
        };
        Self {
            now: Arc::new(Mutex::new(first)),
            head_within: sockets.head_within,
            idle_within: sockets.idle_within,
            read_within: sockets.read_within,
        }
    }

    /// The longest time from one request to the next one's whole head.
    pub(super) fn longest(&self) -> Duration {
        self.idle_within + self.head_within
    }

    fn now(&self) -> MutexGuard<'_, Phase> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A whole head has come.
    pub(super) fn busy(&self) -> Busy {
        *self.now() = Phase::Busy;
        Busy(self.clone())
    }

    /// Something was read.
    fn has_read(&self) {
        let mut now = self.now();
        if let Phase::Idle { .. } = *now {
            *now = Phase::Head {
                until: Instant::now() + self.head_within,
            };
        }
    }

    /// Until when something has to come.
    fn deadline(&self) -> Option<Instant> {
        match *self.now() {
            Phase::Head { until } | Phase::Idle { until } => Some(until),
            Phase::Busy => None,
        }
    }
}

/// A request is being answered, until this is dropped.
pub(super) struct Busy(Phases);

impl Busy {
    /// It is, until the answer's body was sent.
    pub(super) fn until_sent(self, body: Body) -> Sending {
        Sending { body, _busy: self }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let until = Instant::now() + self.0.idle_within;
        *self.0.now() = Phase::Idle { until };
    }
}

/// The body of an answer on its way.
pub(super) struct Sending {
    body: Body,
    _busy: Busy,
}

impl HttpBody for Sending {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream that fails when a deadline is over.
pub(super) struct Socket<S> {
    stream: S,
    phases: Phases,
    reading: Pin<Box<Sleep>>,
    writing: Pin<Box<Sleep>>,
    is_stuck: bool,
}

impl<S> Socket<S> {
    pub(super) fn new(stream: S, phases: Phases) -> Self {
        Self {
            stream,
            phases,
            reading: Box::pin(tokio::time::sleep(Duration::ZERO)),
            writing: Box::pin(tokio::time::sleep(Duration::ZERO)),
            is_stuck: false,
        }
    }

    /// What became of something that writes: it may be pending for a while, then it has failed.
    fn wrote<T>(
        &mut self,
        result: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.is_stuck = false;
            return result;
        }
        if !self.is_stuck {
            self.is_stuck = true;
            let until = Instant::now() + self.phases.read_within;
            self.writing.as_mut().reset(until);
        }
        ready!(self.writing.as_mut().poll(context));
        Poll::Ready(Err(late("the client does not read")))
    }
}

fn late(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, what)
}

impl<S: AsyncRead + Unpin> AsyncRead for Socket<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        if let Poll::Ready(read) = Pin::new(&mut self.stream).poll_read(context, buffer) {
            if buffer.filled().len() > before {
                self.phases.has_read();
            }
            return Poll::Ready(read);
        }
        let Some(until) = self.phases.deadline() else {
            return Poll::Pending;
        };
        if self.reading.deadline() != until {
            self.reading.as_mut().reset(until);
        }
        ready!(self.reading.as_mut().poll(context));
        Poll::Ready(Err(late("the client does not send")))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Socket<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(result, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_flush(context);
        self.wrote(result, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_shutdown(context);
        self.wrote(result, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.wrote(result, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    const HEAD: Duration = Duration::from_secs(10);
    const IDLE: Duration = Duration::from_secs(75);
    const READ: Duration = Duration::from_secs(30);

    fn socket(room: usize) -> (Socket<DuplexStream>, Phases, DuplexStream) {
        let (ours, theirs) = duplex(room);
        let phases = Phases::new(&Sockets::default());
        (Socket::new(ours, phases.clone()), phases, theirs)
    }

    /// How long the socket waits for the next byte, when none comes.
    async fn patience(socket: &mut Socket<DuplexStream>) -> Duration {
        let begun = Instant::now();
        let error = socket.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        begun.elapsed()
    }

    /// Timers run on whole milliseconds.
    fn assert_about(waited: Duration, expected: Duration) {
        let past = waited.checked_sub(expected).unwrap();
        assert!(past <= Duration::from_millis(1), "{waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn bytes_that_trickle_do_not_prolong_a_head() {
        let (mut socket, _, mut client) = socket(100);
        assert_about(patience(&mut socket).await, HEAD);
        let (mut socket, phases, mut other) = self::socket(100);
        drop(phases);
        let begun = Instant::now();
        let trickle = async {
            for _ in 0..3 {
                tokio::time::sleep(Duration::from_secs(3)).await;
                other.write_u8(b'x').await.unwrap();
            }
            std::future::pending::<()>().await;
        };
        let read = async {
            loop {
                if let Err(error) = socket.read_u8().await {
                    return error.kind();
                }
            }
        };
        tokio::select! {
            () = trickle => {}
            kind = read => assert_eq!(kind, io::ErrorKind::TimedOut),
        }
        assert_about(begun.elapsed(), HEAD);
        client.shutdown().await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn an_answered_client_may_be_idle_and_its_next_head_has_its_own_time() {
        let (mut socket, phases, mut client) = socket(100);
        drop(phases.busy());
        assert_about(patience(&mut socket).await, IDLE);
        drop(phases.busy());
        client.write_u8(b'G').await.unwrap();
        assert_eq!(socket.read_u8().await.unwrap(), b'G');
        assert_about(patience(&mut socket).await, HEAD);
    }

    #[tokio::test(start_paused = true)]
    async fn while_an_answer_is_made_nothing_has_to_come() {
        let (mut socket, phases, client) = socket(100);
        let busy = phases.busy();
        let waited = tokio::time::timeout(IDLE * 10, socket.read_u8()).await;
        assert!(waited.is_err());
        let sending = busy.until_sent(Body::from("x"));
        assert!(phases.deadline().is_none());
        drop(sending);
        assert!(phases.deadline().is_some());
        drop(client);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_read_is_given_up() {
        let (mut socket, _, client) = socket(4);
        let begun = Instant::now();
        let error = socket.write_all(b"too much").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_about(begun.elapsed(), READ);
        drop(client);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_slowly_is_not() {
        let (mut socket, _, mut client) = socket(4);
        let slow = async {
            for _ in 0..8 {
                tokio::time::sleep(READ / 2).await;
                client.read_u8().await.unwrap();
            }
        };
        let (written, ()) = tokio::join!(socket.write_all(b"too much"), slow);
        written.unwrap();
    }
}
