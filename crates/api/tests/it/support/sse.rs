//! Server-Sent Events as a browser reads them.
use super::PATIENCE;
use serde_json::Value;
use smartbot_egress::Streaming;
use tokio::time::timeout;

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sent {
    pub(crate) name: String,
    pub(crate) id: Option<String>,
    pub(crate) data: Value,
}

impl Sent {
    /// The text of a message.
    #[track_caller]
    pub(crate) fn text(&self) -> &str {
        self.data["text"]
            .as_str()
            .unwrap_or_else(|| panic!("no message: {self:?}"))
    }
}

/// An open stream.
pub(crate) struct Sse {
    pub(crate) stream: Streaming,
    buffer: Vec<u8>,
}

impl Sse {
    pub(crate) fn new(stream: Streaming) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
        }
    }

    /// The next event; none when the server has closed the stream. Comments are passed over.
    pub(crate) async fn next(&mut self) -> Option<Sent> {
        assert_eq!(self.stream.status.as_u16(), 200);
        loop {
            if let Some(end) = self.buffer.windows(2).position(|it| it == b"\n\n") {
                let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
                if let Some(sent) = parse(std::str::from_utf8(&block).unwrap()) {
                    return Some(sent);
                }
                continue;
            }
            let chunk = timeout(PATIENCE, self.stream.next_chunk())
                .await
                .expect("the stream stays silent")
                .unwrap();
            match chunk {
                Some(chunk) => self.buffer.extend_from_slice(&chunk),
                None => {
                    assert!(self.buffer.is_empty(), "the stream ends inside an event");
                    return None;
                }
            }
        }
    }

    /// The next event, which must have this name.
    pub(crate) async fn expect(&mut self, name: &str) -> Sent {
        let sent = self
            .next()
            .await
            .unwrap_or_else(|| panic!("the stream ended before an event {name}"));
        assert_eq!(sent.name, name, "{sent:?}");
        sent
    }

    /// The next message; what comes between is passed over.
    pub(crate) async fn message(&mut self) -> Sent {
        loop {
            let sent = self
                .next()
                .await
                .expect("the stream ended before a message");
            if sent.name == "message" {
                return sent;
            }
        }
    }

    /// Everything until the server closes the stream.
    pub(crate) async fn rest(&mut self) -> Vec<Sent> {
        let mut all = Vec::new();
        while let Some(sent) = self.next().await {
            all.push(sent);
        }
        all
    }
}

fn parse(block: &str) -> Option<Sent> {
    let (mut name, mut id, mut data) = (None, None, None);
    for line in block.lines().filter(|it| !it.is_empty()) {
        let (field, value) = line.split_once(':').unwrap();
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" => {}
            "event" => name = Some(value.to_owned()),
            "id" => id = Some(value.to_owned()),
            "data" => data = Some(serde_json::from_str(value).unwrap()),
            other => panic!("a field that nobody promised: {other}"),
        }
    }
    Some(Sent {
        name: name?,
        id,
        data: data?,
    })
}
