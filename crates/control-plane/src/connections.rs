//! Connections: how many there may be, how soon they have to say what they want and to read what they asked
//! for, and how they end.
//!
//! `axum::serve` has no limit for any of it, so that sockets which say or read nothing would stay for ever.

use std::collections::HashMap;
use std::io::{self, IoSlice};
use std::net::{IpAddr, Ipv6Addr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use domain::limits;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::Sleep;
use tokio_util::sync::CancellationToken;

use crate::config::Config;

/// Wait after a connection could not be taken: most often the process has no file handle left for it.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(200);

/// Longest time that what is written may wait because the peer takes nothing; then the connection is closed.
/// Whoever reads at all, over the slowest line, takes something within a minute.
const UNREAD_MAX: Duration = Duration::from_secs(60);
/// Most connections from one address: enough for a building behind one address, and a quarter of the whole, so
/// that nobody takes all places alone.
const CONNECTIONS_PER_ADDRESS_MAX: usize = limits::CONNECTIONS_MAX / 4;

/// How many connections there may be, and how patient the server is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Connections at once.
    places: usize,
    /// Connections of one address at once.
    per_address: usize,
    /// How long an answer may lie unread.
    unread: Duration,
}

impl Bounds {
    /// Those of a server. Where all connections come from one address, this computer's or a proxy's, it has all
    /// places.
    pub(crate) fn of(config: &Config) -> Self {
        let is_shared = config.is_local() || config.public_url.is_some();
        Self {
            places: limits::CONNECTIONS_MAX,
            per_address: if is_shared {
                limits::CONNECTIONS_MAX
            } else {
                CONNECTIONS_PER_ADDRESS_MAX
            },
            unread: UNREAD_MAX,
        }
    }
}

/// The address a request's connection comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Takes connections until the end is asked for, then waits for the requests under way.
pub(crate) async fn serve(listener: TcpListener, router: Router, bounds: Bounds, ending: CancellationToken) {
    let places = Arc::new(Semaphore::new(bounds.places));
    let shares = Shares::default();
    let requests = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(limits::HEADERS_MS_MAX));
    loop {
        // Whoever comes when all places are taken waits in the system's queue.
        let taken = async {
            let place = places.clone().acquire_owned().await.ok()?;
            Some((place, listener.accept().await))
        };
        let taken = tokio::select! {
            taken = taken => taken,
            () = ending.cancelled() => None,
        };
        let Some((place, accepted)) = taken else { break };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(TRY_AGAIN_AFTER).await;
                continue;
            }
        };
        // One that is too many is closed at once: if it waited, it would hold the place that is for others.
        let Some(share) = shares.take(address.ip(), bounds.per_address) else {
            continue;
        };
        // Costs nothing but the wait for a fuller packet; a stream's messages must not wait.
        let _ = stream.set_nodelay(true);
        let router = TowerToHyperService::new(router.clone());
        let peer = Peer(address.ip());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            router.call(request)
        });
        let stream = TokioIo::new(Impatient::new(stream, bounds.unread));
        let connection = requests.watch(http.serve_connection(stream, service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop((place, share));
        });
    }
    drop(listener);
    requests.shutdown().await;
}

/// What one customer of a provider has: an IPv6 address is the first half, the rest anybody chooses.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(it) => it.into(),
        IpAddr::V6(it) => Ipv6Addr::from_bits(it.to_bits() & (u128::MAX << 64)).into(),
    }
}

/// Connections by address; whoever has none does not stand here, so that there are never more than places.
#[derive(Debug, Clone, Default)]
struct Shares(Arc<Mutex<HashMap<IpAddr, Open>>>);

/// What one address has.
#[derive(Debug, Default)]
struct Open {
    connections: usize,
    /// Said once until the address has left: it may try without end.
    is_reported: bool,
}

/// Held as long as a connection is open.
#[derive(Debug)]
struct Share {
    shares: Shares,
    address: IpAddr,
}

impl Shares {
    /// None for an address that has `most` already.
    fn take(&self, address: IpAddr, most: usize) -> Option<Share> {
        let address = network(address);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = all.entry(address).or_default();
        if open.connections >= most {
            if !std::mem::replace(&mut open.is_reported, true) {
                tracing::warn!(%address, most, "an address has as many connections as one may have; more are closed");
            }
            return None;
        }
        open.connections += 1;
        Some(Share {
            shares: self.clone(),
            address,
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut all = self.shares.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = all.get_mut(&self.address) {
            open.connections -= 1;
            if open.connections == 0 {
                all.remove(&self.address);
            }
        }
    }
}

/// A stream whose peer has to read: a write that waits too long without any progress fails, which ends the
/// connection, whatever is being sent over it.
struct Impatient<S> {
    stream: S,
    patience: Duration,
    /// Runs while a write waits.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<S> Impatient<S> {
    const fn new(stream: S, patience: Duration) -> Self {
        Self {
            stream,
            patience,
            waiting: None,
        }
    }

    /// What came of a write, or that it has waited too long.
    fn judge(
        &mut self,
        written: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        let patience = self.patience;
        let waiting = self
            .waiting
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        ready!(waiting.as_mut().poll(context));
        let why = "the peer does not read what it asked for";
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, why)))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Impatient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Impatient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.judge(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// A socket has nothing to flush, and does not wait for its peer to end.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, Bytes};
    use axum::routing::get;
    use std::convert::Infallible;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::time::timeout;

    const LONG: Duration = Duration::from_secs(20);

    /// The virtual clock jumps to the next deadline as soon as nothing else is left to do.
    #[tokio::test(start_paused = true)]
    async fn a_socket_that_says_nothing_is_closed_and_an_answer_is_not_cut_off() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let slow = Duration::from_millis(3 * limits::HEADERS_MS_MAX);
        let router = Router::new().route(
            "/slow",
            get(move || async move {
                tokio::time::sleep(slow).await;
                "done"
            }),
        );
        let ending = CancellationToken::new();
        let served = tokio::spawn(serve(
            listener,
            router,
            Bounds::of(&Config::default()),
            ending.clone(),
        ));

        let mut mute = TcpStream::connect(address).await.unwrap();
        mute.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n")
            .await
            .unwrap();
        let mut answer = Vec::new();
        mute.read_to_end(&mut answer).await.unwrap();
        assert!(!String::from_utf8_lossy(&answer).contains("200 OK"));

        let mut asking = TcpStream::connect(address).await.unwrap();
        asking
            .write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(1)).await;
        ending.cancel();
        asking.read_to_end(&mut answer).await.unwrap();
        assert!(String::from_utf8_lossy(&answer).ends_with("done"));
        served.await.unwrap();
        assert!(
            TcpStream::connect(address).await.is_err(),
            "nobody listens any more"
        );
    }

    /// An answer without end, as an event stream is.
    fn endless() -> Body {
        let part = || Ok::<_, Infallible>(Bytes::from_static(&[b'a'; 16_384]));
        Body::from_stream(futures::stream::repeat_with(part))
    }

    async fn asking(address: std::net::SocketAddr, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }

    async fn said(mut stream: TcpStream) -> String {
        let mut answer = Vec::new();
        // A connection that was closed upon it is an empty answer, however the system tells it.
        let _ = timeout(LONG, stream.read_to_end(&mut answer))
            .await
            .expect("it ends");
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[tokio::test]
    async fn a_peer_that_does_not_read_makes_room() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/endless", get(async || endless()))
            .route("/", get(async || "done"));
        let bounds = Bounds {
            places: 1,
            per_address: 1,
            unread: Duration::from_millis(200),
        };
        let ending = CancellationToken::new();
        let served = tokio::spawn(serve(listener, router, bounds, ending.clone()));
        let greedy = asking(address, "/endless").await;
        let other = asking(address, "/").await;
        assert!(said(other).await.ends_with("done"));
        // What it had been sent ends somewhere.
        assert!(said(greedy).await.starts_with("HTTP/1.1 200 OK"));
        ending.cancel();
        timeout(LONG, served).await.expect("it ends").unwrap();
    }

    #[tokio::test]
    async fn an_address_cannot_take_all_places() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/endless", get(async || endless()))
            .route("/", get(async || "done"));
        let bounds = Bounds {
            places: 3,
            per_address: 2,
            unread: LONG,
        };
        let ending = CancellationToken::new();
        let served = tokio::spawn(serve(listener, router, bounds, ending.clone()));
        let mut open = vec![
            asking(address, "/endless").await,
            asking(address, "/endless").await,
        ];
        for stream in &mut open {
            stream.read_u8().await.unwrap();
        }
        for _ in 0..2 {
            let mut third = TcpStream::connect(address).await.unwrap();
            let read = timeout(LONG, third.read(&mut [0])).await.expect("it is closed");
            assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
        }
        // Its place is free for it as soon as it has left one.
        drop(open);
        let answered = async {
            while !said(asking(address, "/").await).await.ends_with("done") {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(LONG, answered).await.expect("there is a place again");
        ending.cancel();
        timeout(LONG, served).await.expect("it ends").unwrap();
    }

    #[test]
    fn shares_are_of_networks_and_nothing_is_kept_of_those_who_left() {
        let shares = Shares::default();
        let take = |address: &str| shares.take(address.parse().unwrap(), 2);
        let first = [take("2001:db8::1"), take("2001:db8::2")];
        assert!(first.iter().all(Option::is_some));
        assert!(take("2001:db8::3").is_none());
        let others = [take("2001:db8:1::1"), take("192.0.2.1"), take("::ffff:192.0.2.1")];
        assert!(others.iter().all(Option::is_some));
        assert!(take("192.0.2.1").is_none());
        drop(first);
        assert!(take("2001:db8::3").is_some());
        drop(others);
        assert!(shares.0.lock().unwrap().is_empty());
    }

    #[test]
    fn only_strangers_have_to_share() {
        let per_address = |listen: &str, public_url: Option<&str>| {
            let config = Config {
                listen: listen.parse().unwrap(),
                public_url: public_url.map(str::to_owned),
                ..Config::default()
            };
            Bounds::of(&config).per_address
        };
        let all = limits::CONNECTIONS_MAX;
        assert_eq!(per_address("0.0.0.0:80", None), all / 4);
        assert_eq!(per_address("0.0.0.0:80", Some("https://cloud.example")), all);
        assert_eq!(per_address("127.0.0.1:80", None), all);
    }

    /// A peer that takes little by little is not cut off, however long the whole takes.
    #[tokio::test(start_paused = true)]
    async fn only_a_write_without_progress_fails() {
        let (near, mut far) = tokio::io::duplex(8);
        let mut near = Impatient::new(near, UNREAD_MAX);
        let reads = async {
            for _ in 0..4 {
                tokio::time::sleep(UNREAD_MAX - Duration::from_secs(1)).await;
                far.read_exact(&mut [0; 8]).await.unwrap();
            }
            std::future::pending::<()>().await;
        };
        let writes = async {
            near.write_all(&[0; 40]).await.unwrap();
            let since = tokio::time::Instant::now();
            let error = near.write(&[0]).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            assert_eq!(since.elapsed(), UNREAD_MAX);
        };
        tokio::select! {
            () = reads => {}
            () = writes => {}
        }
    }
}
