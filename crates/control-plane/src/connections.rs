//! Connections: how many there may be, how soon they have to say what they want, and how they end.
//!
//! `axum::serve` has no limit for either, so that sockets which say nothing would stay for ever.

use std::net::IpAddr;
use std::sync::Arc;
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
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Wait after a connection could not be taken: most often the process has no file handle left for it.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(200);

/// The address a request's connection comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Takes connections until the end is asked for, then waits for the requests under way.
pub(crate) async fn serve(listener: TcpListener, router: Router, ending: CancellationToken) {
    let places = Arc::new(Semaphore::new(limits::CONNECTIONS_MAX));
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
        // Costs nothing but the wait for a fuller packet; a stream's messages must not wait.
        let _ = stream.set_nodelay(true);
        let router = TowerToHyperService::new(router.clone());
        let peer = Peer(address.ip());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            router.call(request)
        });
        let connection = requests.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    requests.shutdown().await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

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
        let served = tokio::spawn(serve(listener, router, ending.clone()));

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
}
