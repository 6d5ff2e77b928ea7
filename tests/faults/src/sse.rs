//! Server-Sent Events as a client reads them that comes back whenever its connection is cut.
use crate::Http;
use serde_json::Value;
use smartbot_egress::Streaming;

/// One event.
#[derive(Debug, Clone)]
pub struct Sent {
    /// What it is called.
    pub name: String,
    /// Its id, where it has one.
    pub id: Option<String>,
    /// What it says.
    pub data: Value,
}

/// An open stream.
pub struct Events {
    stream: Streaming,
    buffer: Vec<u8>,
}

impl Events {
    /// Opens a stream; none when the server does not answer, or not with a stream.
    pub async fn open(http: &Http, path: &str, extra: &[(&str, &str)]) -> Option<Self> {
        let stream = http.try_open(path, extra).await.ok()?;
        (stream.status.as_u16() == 200).then_some(Self {
            stream,
            buffer: Vec::new(),
        })
    }

    /// The next event; none when the connection is cut. What comes in pieces is put together.
    pub async fn next(&mut self) -> Option<Sent> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|it| it == b"\n\n") {
                let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
                match parse(&String::from_utf8(block).unwrap()) {
                    Some(sent) => return Some(sent),
                    None => continue,
                }
            }
            let chunk = self.stream.next_chunk().await.ok()??;
            self.buffer.extend_from_slice(&chunk);
        }
    }
}

/// None for a comment.
fn parse(block: &str) -> Option<Sent> {
    let (mut name, mut id, mut data) = (None, None, None);
    for line in block.lines().filter(|it| !it.is_empty()) {
        let (field, value) = line.split_once(':')?;
        let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
        match field {
            "event" => name = Some(value),
            "id" => id = Some(value),
            "data" => data = serde_json::from_str(&value).ok(),
            _ => {}
        }
    }
    Some(Sent {
        name: name?,
        id,
        data: data?,
    })
}
