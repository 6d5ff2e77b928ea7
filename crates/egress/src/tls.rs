//! Encryption: ring, Mozilla's roots, and what the operator adds to them.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::error::SetUpError;

/// Makes ring the crypto of the whole process. The first call decides, all others change nothing.
///
/// To be called at the start of `main`: libraries that ask rustls for a default would otherwise
/// panic or choose for themselves.
pub fn set_up_crypto() {
    // The error is the provider that was there already.
    let _ = CryptoProvider::install_default(ring::default_provider());
}

/// Adds the certificates of a PEM text to the trusted roots.
pub(crate) fn add_pem(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), SetUpError> {
    let mut found = false;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| SetUpError::Certificates)?;
        roots.add(certificate)?;
        found = true;
    }
    if found {
        Ok(())
    } else {
        Err(SetUpError::Certificates)
    }
}

/// HTTP/1.1 only, so no protocol is negotiated.
pub(crate) fn config(own: &RootCertStore) -> Result<ClientConfig, SetUpError> {
    let mut roots = mozilla();
    roots.roots.extend(own.roots.iter().cloned());
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

fn mozilla() -> RootCertStore {
    RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned())
}
