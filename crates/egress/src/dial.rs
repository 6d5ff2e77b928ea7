//! From a list of addresses to one connection.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::error::Error;

/// The head start of each address before the next one is tried beside it (RFC 8305 advises this).
const HEAD_START: Duration = Duration::from_millis(250);
/// All addresses of a name are judged, so many of them are tried.
const MOST_TRIED: usize = 8;

/// IPv4 and IPv6 in turn, so that a machine without one of them is not held up by a long list.
pub(crate) fn alternating(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let (v4, v6): (Vec<_>, Vec<_>) = addresses.into_iter().partition(SocketAddr::is_ipv4);
    let (mut v4, mut v6) = (v4.into_iter(), v6.into_iter());
    let mut order = Vec::with_capacity(v4.len() + v6.len());
    loop {
        let before = order.len();
        order.extend(v4.next());
        order.extend(v6.next());
        if order.len() == before {
            break order;
        }
    }
}

/// The first address that answers. Each has a head start; those that lost are dropped.
pub(crate) async fn first_of(addresses: &[SocketAddr]) -> Result<TcpStream, Error> {
    if let [only] = addresses {
        return TcpStream::connect(*only).await.map_err(|_| Error::Connect);
    }
    let mut waiting = addresses.iter().copied().take(MOST_TRIED);
    let mut tries = JoinSet::new();
    loop {
        let more = match waiting.next() {
            Some(address) => {
                tries.spawn(TcpStream::connect(address));
                true
            }
            None => false,
        };
        tokio::select! {
            done = tries.join_next() => match done {
                Some(Ok(Ok(stream))) => return Ok(stream),
                Some(_) => {}
                None => return Err(Error::Connect),
            },
            () = tokio::time::sleep(HEAD_START), if more => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::timeout;

    fn addresses(list: &[&str]) -> Vec<SocketAddr> {
        list.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn the_families_take_turns_and_ipv4_begins() {
        let given = addresses(&["[::1]:1", "[::2]:1", "1.1.1.1:1", "[::3]:1", "1.1.1.2:1"]);
        assert_eq!(
            alternating(given),
            addresses(&["1.1.1.1:1", "[::1]:1", "1.1.1.2:1", "[::2]:1", "[::3]:1"])
        );
    }

    #[tokio::test]
    async fn an_address_that_does_not_answer_gives_way_to_the_next() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let good = listener.local_addr().unwrap();
        // It has its port and does not listen, so that nobody else gets that port meanwhile.
        let deaf = tokio::net::TcpSocket::new_v4().unwrap();
        deaf.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let closed = deaf.local_addr().unwrap();
        let stream = first_of(&[closed, closed, good]).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), good);
        assert_eq!(
            first_of(&[closed, closed]).await.unwrap_err(),
            Error::Connect
        );
        assert_eq!(first_of(&[closed]).await.unwrap_err(), Error::Connect);
    }

    #[tokio::test]
    async fn an_address_that_keeps_silent_does_not_hold_up_the_next() {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let full = socket.listen(1).unwrap();
        let silent = full.local_addr().unwrap();
        let mut crowd = Vec::new();
        // A full queue drops whoever knocks, as a firewall does.
        while let Ok(Ok(stream)) = timeout(HEAD_START * 8, TcpStream::connect(silent)).await {
            crowd.push(stream);
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let good = listener.local_addr().unwrap();
        let both = [silent, good];
        let stream = timeout(HEAD_START * 100, first_of(&both)).await;
        assert_eq!(stream.unwrap().unwrap().peer_addr().unwrap(), good);
    }
}
