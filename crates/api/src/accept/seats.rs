//! How many sockets are open, in all, half open, and of each client.
use super::Sockets;
use ipnet::IpNet;
use smartbot_app::limits::counted_as;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Why a connection was let go at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// There are as many sockets as there may be.
    All,
    /// This client has as many as one may have.
    Client,
    /// As many as may be are waited for.
    HalfOpen,
}

impl Refused {
    /// As the metric names it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Client => "client",
            Self::HalfOpen => "half_open",
        }
    }
}

/// All places of the server.
pub(super) struct Seats {
    most: Most,
    spared: Vec<IpNet>,
    taken: Mutex<Taken>,
}

struct Most {
    all: usize,
    per_client: usize,
    half_open: usize,
}

#[derive(Default)]
struct Taken {
    all: usize,
    half_open: usize,
    clients: HashMap<IpAddr, usize>,
}

impl Seats {
    pub(super) fn new(sockets: &Sockets) -> Self {
        let most = Most {
            all: sockets.all,
            per_client: sockets.per_client,
            half_open: sockets.half_open,
        };
        Self {
            most,
            spared: sockets.spared.clone(),
            taken: Mutex::default(),
        }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a client, which it leaves when the seat is dropped.
    pub(super) fn take(self: &Arc<Self>, client: IpAddr) -> Result<Seat, Refused> {
        let client = client.to_canonical();
        let is_spared = self.spared.iter().any(|it| it.contains(&client));
        let counted = counted_as(client).filter(|_| !is_spared);
        let mut taken = self.taken();
        if taken.all >= self.most.all {
            return Err(Refused::All);
        }
        if taken.half_open >= self.most.half_open {
            return Err(Refused::HalfOpen);
        }
        if let Some(client) = counted {
            let own = taken.clients.entry(client).or_default();
            if *own >= self.most.per_client {
                return Err(Refused::Client);
            }
            *own += 1;
        }
        taken.all += 1;
        taken.half_open += 1;
        drop(taken);
        Ok(Seat {
            seats: Arc::clone(self),
            counted,
            is_half_open: AtomicBool::new(true),
        })
    }
}

/// The place of one connection.
pub(super) struct Seat {
    seats: Arc<Seats>,
    counted: Option<IpAddr>,
    is_half_open: AtomicBool,
}

impl Seat {
    /// The client has sent the whole head of a request.
    pub(super) fn has_asked(&self) {
        if self.is_half_open.swap(false, Ordering::Relaxed) {
            self.seats.taken().half_open -= 1;
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.has_asked();
        let mut taken = self.seats.taken();
        taken.all -= 1;
        if let Some(client) = self.counted
            && let Some(own) = taken.clients.get_mut(&client)
        {
            *own -= 1;
            if *own == 0 {
                taken.clients.remove(&client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats(all: usize, per_client: usize, half_open: usize) -> Arc<Seats> {
        Arc::new(Seats::new(&Sockets {
            all,
            per_client,
            half_open,
            spared: vec!["10.0.0.0/8".parse().unwrap()],
            ..Sockets::default()
        }))
    }

    fn take(seats: &Arc<Seats>, client: &str) -> Result<Seat, Refused> {
        seats.take(client.parse().unwrap())
    }

    #[test]
    fn a_client_has_so_many_places_and_others_have_theirs() {
        let seats = seats(100, 2, 100);
        let first = take(&seats, "198.51.100.7").ok();
        let second = take(&seats, "::ffff:198.51.100.7").ok();
        assert!(first.is_some() && second.is_some());
        let third = take(&seats, "198.51.100.7").map(drop);
        assert_eq!(third, Err(Refused::Client));
        assert!(take(&seats, "198.51.100.8").is_ok());
        drop(first);
        assert!(take(&seats, "198.51.100.7").is_ok());
        // Of IPv6 a network is one client.
        let own: Vec<_> = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"]
            .map(|it| take(&seats, it).ok())
            .into();
        assert!(own.iter().all(Option::is_some));
        assert!(take(&seats, "2001:db8::3").is_err());
        drop((second, own));
        let taken = seats.taken();
        assert!(taken.clients.is_empty(), "nobody is remembered");
        assert_eq!((taken.all, taken.half_open), (0, 0));
    }

    #[test]
    fn the_machine_itself_and_proxies_are_not_counted_as_clients() {
        let seats = seats(6, 1, 100);
        let own = ["127.0.0.1", "::1", "10.1.2.3"].map(|it| {
            let two = [take(&seats, it), take(&seats, it)];
            assert!(two.iter().all(Result::is_ok), "{it}");
            two
        });
        let one_more = take(&seats, "127.0.0.1").map(drop);
        assert_eq!(one_more, Err(Refused::All), "they take places all the same");
        drop(own);
    }

    #[test]
    fn whoever_has_asked_is_not_half_open() {
        let seats = seats(100, 100, 2);
        let first = take(&seats, "198.51.100.1").unwrap_or_else(|it| panic!("{it:?}"));
        let _second = take(&seats, "198.51.100.2");
        let third = take(&seats, "198.51.100.3").map(drop);
        assert_eq!(third, Err(Refused::HalfOpen));
        first.has_asked();
        first.has_asked();
        let _third = take(&seats, "198.51.100.3");
        let fourth = take(&seats, "198.51.100.4").map(drop);
        assert_eq!(fourth, Err(Refused::HalfOpen));
        drop(first);
        assert_eq!(seats.taken().half_open, 2);
    }
}
