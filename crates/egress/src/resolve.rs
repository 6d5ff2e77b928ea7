//! From a name to its addresses.

use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;
use std::time::Duration;

use hickory_resolver::config::{LookupIpStrategy, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::{ResolverBuilder, TokioResolver};

use crate::error::SetUpError;

/// The name has no address, or nobody answered. Which of the two is nobody's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotFound;

/// The future of a look-up.
pub type LookUp<'a> = Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, NotFound>> + Send + 'a>>;

/// Looks names up. The client trusts nothing of what comes back: every address is judged.
pub trait Resolve: Send + Sync + 'static {
    /// All addresses of a name. `name` is in lower case, in ASCII, without a trailing dot, and
    /// never an address or `localhost`.
    fn look_up<'a>(&'a self, name: &'a str) -> LookUp<'a>;
}

/// The resolver of the system's configuration: `/etc/hosts` as it was at the start, then the name
/// servers and search domains of `/etc/resolv.conf`, with a cache that keeps to the records' times
/// to live.
pub(crate) struct System(TokioResolver);

impl fmt::Debug for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("System")
    }
}

impl System {
    pub(crate) fn new() -> Result<Self, SetUpError> {
        match TokioResolver::builder(TokioRuntimeProvider::default()) {
            Ok(builder) => Self::build(builder),
            Err(error) => {
                tracing::warn!(%error, "no name servers configured: only /etc/hosts is asked");
                Self::without_name_servers()
            }
        }
    }

    /// A machine without name servers still serves bots, and still knows its hosts file.
    fn without_name_servers() -> Result<Self, SetUpError> {
        let nobody = ResolverConfig::from_parts(None, Vec::new(), Vec::new());
        let provider = TokioRuntimeProvider::default();
        Self::build(TokioResolver::builder_with_config(nobody, provider))
    }

    fn build(mut builder: ResolverBuilder<TokioRuntimeProvider>) -> Result<Self, SetUpError> {
        let options = builder.options_mut();
        options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
        options.use_hosts_file = ResolveHosts::Always;
        options.cache_size = 1024;
        // A receiver that moves is found again within minutes, whatever its records promise; one
        // that was just set up is not "unknown" for hours.
        options.positive_max_ttl = Some(Duration::from_secs(300));
        options.negative_max_ttl = Some(Duration::from_secs(10));
        let resolver = builder
            .build()
            .map_err(|error| SetUpError::Resolver(error.to_string()))?;
        Ok(Self(resolver))
    }
}

impl Resolve for System {
    fn look_up<'a>(&'a self, name: &'a str) -> LookUp<'a> {
        Box::pin(async move {
            match self.0.lookup_ip(name).await {
                Ok(found) => Ok(found.iter().collect()),
                Err(error) => {
                    tracing::debug!(name, %error, "a name was not resolved");
                    Err(NotFound)
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hickory_resolver::Hosts;
    use std::sync::Arc;

    #[tokio::test]
    async fn the_hosts_file_is_honoured_and_nobody_else_asked_for_its_names() {
        let mut hosts = Hosts::default();
        let text = "127.0.0.1 localhost\n10.7.7.7 receiver receiver.clinic\nfd00::7 receiver\n";
        hosts.read_hosts_conf(text.as_bytes()).unwrap();
        let mut system = System::without_name_servers().unwrap();
        system.0.set_hosts(Arc::new(hosts));

        let found = system.look_up("receiver").await.unwrap();
        let mut found: Vec<_> = found.iter().map(ToString::to_string).collect();
        found.sort();
        assert_eq!(found, ["10.7.7.7", "fd00::7"]);
        let found = system.look_up("receiver.clinic").await.unwrap();
        assert_eq!(found, ["10.7.7.7".parse::<IpAddr>().unwrap()]);
    }

    #[tokio::test]
    async fn a_machine_without_name_servers_finds_no_other_name() {
        let system = System::without_name_servers().unwrap();
        assert_eq!(system.look_up("receiver.test").await, Err(NotFound));
        assert_eq!(system.look_up(&"a".repeat(300)).await, Err(NotFound));
    }
}
