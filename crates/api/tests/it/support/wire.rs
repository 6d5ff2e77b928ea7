//! Clients that write bytes, not requests.
use super::PATIENCE;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A connection on which `text` was sent.
pub(crate) async fn connect(address: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// What the server sends until it closes the connection or has sent a whole head.
pub(crate) async fn head(stream: &mut TcpStream) -> String {
    read(stream, |it| it.windows(4).any(|it| it == b"\r\n\r\n")).await
}

/// What the server sends until it closes the connection.
pub(crate) async fn rest(stream: &mut TcpStream) -> String {
    read(stream, |_| false).await
}

async fn read(stream: &mut TcpStream, is_enough: impl Fn(&[u8]) -> bool) -> String {
    let mut got = Vec::new();
    let read = async {
        while !is_enough(&got) {
            if stream.read_buf(&mut got).await.unwrap_or(0) == 0 {
                break;
            }
        }
    };
    timeout(PATIENCE, read)
        .await
        .expect("the server neither answers nor hangs up");
    String::from_utf8_lossy(&got).into_owned()
}
