//! A Hub behind a proxy that speaks TLS, with an authority of the test's own.

use std::sync::Arc;

use leapmux_integration::LINKED;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, crypto};

use crate::rig::{Machine, Site, home, open_terminal, spawn, type_in};

/// A proxy before a Hub: its port, and the authority that vouches for it as PEM.
async fn proxy(hub: u16) -> (u16, String) {
    let authority = KeyPair::generate().expect("a key");
    let mut of_authority = CertificateParams::new(Vec::new()).expect("no names");
    of_authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = of_authority.self_signed(&authority).expect("signed").pem();
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let issuer = Issuer::from_params(&of_authority, &authority);
    let certificate = params.signed_by(&key, &issuer).expect("signed");
    let secret = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let mut config = ServerConfig::builder_with_provider(Arc::new(crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], secret)
        .expect("a certificate");
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // Whoever does not trust us goes away in the handshake.
                let Ok(mut inside) = acceptor.accept(stream).await else { return };
                let mut outside = TcpStream::connect(("127.0.0.1", hub)).await.expect("the Hub listens");
                let _ = tokio::io::copy_bidirectional(&mut inside, &mut outside).await;
            });
        }
    });
    (port, pem)
}

#[tokio::test(flavor = "multi_thread")]
async fn wrk_11_a_worker_joins_over_tls_and_trusts_nobody_its_system_does_not() {
    let site = Site::set().await;
    let (port, pem) = proxy(site.port).await;
    let (_, stranger) = proxy(site.port).await;
    let (key, url) = (site.key().await, format!("https://localhost:{port}"));
    let home = home();
    let (known, unknown) = (home.path().join("known.pem"), home.path().join("unknown.pem"));
    std::fs::write(&known, pem).expect("written");
    std::fs::write(&unknown, stranger).expect("written");
    let words = ["worker", "--hub", &url, "--registration-key", &key.text];
    // Nothing of the key leaves towards whom the system does not trust.
    let program = spawn(&home, &words, &[("SSL_CERT_FILE", &unknown.display().to_string())]);
    program.logs("invalid peer certificate", 1).await;
    program.stop().await;
    let program = spawn(&home, &words, &[("SSL_CERT_FILE", &known.display().to_string())]);
    let machine = Machine::joined(home, program).await;
    let (_leg, channel) = site.channel(&machine.worker).await;
    let mut terminal = open_terminal(&channel, "tab_one").await;
    type_in(&channel, "tab_one", "echo $((6*7))-there\r").await;
    terminal.until("42-there").await;
    assert_eq!(machine.program.logged(LINKED), 1);
    machine.program.stop().await;
    site.program.stop().await;
}
