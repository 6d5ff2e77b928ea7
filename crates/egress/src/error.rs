//! What can go wrong, in words that a customer may read.

use std::error::Error as StdError;
use std::io;

use crate::message::Phases;
use crate::progress::{Phase, Progress};

/// Why a URL or a request was refused before any byte was sent.
///
/// The texts never say what a name was resolved to, nor which kind of address it was: that would
/// make the server a map of the network behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// Not an absolute URL with a usable host.
    #[error("this is not a complete URL: write it like https://example.com/path")]
    Malformed,
    /// Longer than 8 KiB.
    #[error("the URL is longer than 8192 bytes")]
    TooLong,
    /// Neither https, nor http to an allowed network.
    #[error("only https:// URLs may be called")]
    Scheme,
    /// A user name or a password inside the URL.
    #[error("the URL must not contain a user name or a password: use a header instead")]
    Credentials,
    /// A `#` that was not written as `%23`: everything behind it would never be sent.
    #[error("the URL must not contain a #: write %23 if it is part of a value")]
    Fragment,
    /// A port that other protocols use.
    #[error("this port may not be called: use 443, 80 or one from 1024")]
    Port,
    /// An address that is not on the public internet, or a name with such an address.
    #[error("this address may not be called")]
    Address,
    /// A header that only the client itself may set.
    #[error("a header of the request is reserved")]
    Header,
    /// `CONNECT`.
    #[error("this method may not be used")]
    Method,
}

impl Refused {
    /// A stable word for problem documents.
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed => "url_malformed",
            Self::TooLong => "url_too_long",
            Self::Scheme => "url_scheme",
            Self::Credentials => "url_credentials",
            Self::Fragment => "url_fragment",
            Self::Port => "url_port",
            Self::Address => "url_address",
            Self::Header => "header_reserved",
            Self::Method => "method_refused",
        }
    }
}

/// Why no encrypted connection came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsFailure {
    /// Self-signed, or signed by an authority that is not trusted.
    #[error("the certificate is not trusted")]
    Untrusted,
    /// Out of its time of validity.
    #[error("the certificate has expired or is not valid yet")]
    Expired,
    /// Issued for other names.
    #[error("the certificate is for another name")]
    WrongName,
    /// No common version or cipher, not TLS at all, or the connection broke.
    #[error("the handshake failed")]
    Handshake,
}

/// Why a call brought no answer. An HTTP status, whichever, is an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The guard said no; nothing was sent.
    #[error("refused: {0}")]
    Refused(#[from] Refused),
    /// The name has no address, or no name server answered.
    #[error("the name could not be resolved")]
    Resolve,
    /// No connection to any address of the name.
    #[error("no connection could be made")]
    Connect,
    /// Connected, but not encrypted.
    #[error("no secure connection: {0}")]
    Tls(TlsFailure),
    /// The deadline passed.
    #[error("the time ran out {phase}")]
    Timeout {
        /// What was being done at that moment.
        phase: Phase,
    },
    /// The body is over the limit and the limit was [`OverLimit::Fail`](crate::OverLimit::Fail).
    #[error("the answer is too large")]
    TooLarge,
    /// The answer is not HTTP, or breaks its rules or our limits on headers.
    #[error("the answer is not valid HTTP")]
    Protocol,
    /// The other side closed before the answer was complete.
    #[error("the connection was closed before the answer was complete")]
    Closed,
}

impl Error {
    /// A stable word: `refused_address`, `name_not_found`, `connect_failed`, `tls_failed`,
    /// `timeout`, `too_large`, `protocol_error` or `closed`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused_address",
            Self::Resolve => "name_not_found",
            Self::Connect => "connect_failed",
            Self::Tls(_) => "tls_failed",
            Self::Timeout { .. } => "timeout",
            Self::TooLarge => "too_large",
            Self::Protocol => "protocol_error",
            Self::Closed => "closed",
        }
    }

    /// Whether the same call may succeed a moment later: the network failed, rather than the
    /// address, the certificate or the answer being wrong.
    pub fn is_network(&self) -> bool {
        match self {
            Self::Resolve | Self::Connect | Self::Timeout { .. } | Self::Closed => true,
            Self::Tls(failure) => *failure == TlsFailure::Handshake,
            Self::Refused(_) | Self::TooLarge | Self::Protocol => false,
        }
    }

    /// Finds what happened in the chain of errors that hyper and our connector made.
    pub(crate) fn from_chain(error: &(dyn StdError + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(own) = error.downcast_ref::<Self>() {
                return own.clone();
            }
            if let Some(hyper) = error.downcast_ref::<hyper::Error>() {
                if hyper.is_parse() || hyper.is_user() {
                    return Self::Protocol;
                }
                if hyper.is_incomplete_message() || hyper.is_canceled() || hyper.is_closed() {
                    return Self::Closed;
                }
            }
            if let Some(io) = error.downcast_ref::<io::Error>() {
                return match io.kind() {
                    // So hyper calls a broken chunk, and rustls a broken record.
                    io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Self::Protocol,
                    _ => Self::Closed,
                };
            }
            next = error.source();
        }
        Self::Protocol
    }

    /// The same for the step between the TCP connection and the first byte of HTTP.
    pub(crate) fn from_handshake(error: &(dyn StdError + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(own) = error.downcast_ref::<Self>() {
                return own.clone();
            }
            if let Some(tls) = error.downcast_ref::<rustls::Error>() {
                return Self::Tls(tls_failure(tls));
            }
            next = match error.downcast_ref::<io::Error>() {
                // `source` of an io::Error skips the very error that it wraps.
                Some(io) => io.get_ref().map(|inner| inner as &(dyn StdError + 'static)),
                None => error.source(),
            };
        }
        Self::Tls(TlsFailure::Handshake)
    }
}

/// A call that brought no answer, with how far it had come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// Why.
    pub error: Error,
    /// What was being done at that moment; none when the call was refused.
    pub phase: Option<Phase>,
    /// Where the time went: nothing for phases that were not reached.
    pub phases: Phases,
}

impl Unanswered {
    pub(crate) fn new(error: Error, progress: &Progress) -> Self {
        let phase = match &error {
            Error::Refused(_) => None,
            Error::Timeout { phase } => Some(*phase),
            _ => Some(progress.phase()),
        };
        Self {
            error,
            phase,
            phases: progress.phases(),
        }
    }
}

fn tls_failure(error: &rustls::Error) -> TlsFailure {
    use rustls::CertificateError as C;
    match error {
        rustls::Error::InvalidCertificate(reason) => match reason {
            C::Expired
            | C::ExpiredContext { .. }
            | C::NotValidYet
            | C::NotValidYetContext { .. } => TlsFailure::Expired,
            C::NotValidForName | C::NotValidForNameContext { .. } => TlsFailure::WrongName,
            _ => TlsFailure::Untrusted,
        },
        _ => TlsFailure::Handshake,
    }
}

/// Why no client could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetUpError {
    /// The resolver did not take its configuration.
    #[error("the name resolver could not be set up: {0}")]
    Resolver(String),
    /// TLS did not take its configuration.
    #[error("TLS could not be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// What was given as certificates of an own authority is none.
    #[error("no certificate could be read from the given PEM text")]
    Certificates,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_are_for_what_may_pass() {
        let phase = Phase::Connect;
        for (error, code, network) in [
            (Error::Refused(Refused::Address), "refused_address", false),
            (Error::Resolve, "name_not_found", true),
            (Error::Connect, "connect_failed", true),
            (Error::Tls(TlsFailure::Untrusted), "tls_failed", false),
            (Error::Tls(TlsFailure::Handshake), "tls_failed", true),
            (Error::Timeout { phase }, "timeout", true),
            (Error::TooLarge, "too_large", false),
            (Error::Protocol, "protocol_error", false),
            (Error::Closed, "closed", true),
        ] {
            assert_eq!(
                (error.code(), error.is_network()),
                (code, network),
                "{error}"
            );
        }
    }

    #[test]
    fn certificate_errors_are_told_apart() {
        use rustls::CertificateError as C;
        for (reason, expected) in [
            (C::UnknownIssuer, TlsFailure::Untrusted),
            (C::Revoked, TlsFailure::Untrusted),
            (C::Expired, TlsFailure::Expired),
            (C::NotValidYet, TlsFailure::Expired),
            (C::NotValidForName, TlsFailure::WrongName),
        ] {
            let wrapped = io::Error::other(io::Error::new(
                io::ErrorKind::InvalidData,
                rustls::Error::InvalidCertificate(reason),
            ));
            assert_eq!(Error::from_handshake(&wrapped), Error::Tls(expected));
        }
        let reset = io::Error::from(io::ErrorKind::ConnectionReset);
        assert_eq!(
            Error::from_handshake(&reset),
            Error::Tls(TlsFailure::Handshake)
        );
    }
}
