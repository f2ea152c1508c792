//! Connections with deadlines.
//!
//! A connection that says nothing for a while, or does not finish its headers in time, is closed; so
//! are those above the cap. HTTP/1 only: a proxy in front speaks HTTP/2 to phones.

use std::{
    future::Future,
    io,
    net::{SocketAddr, TcpListener},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::Router;
use axum_server::{Handle, accept::Accept};
use hyper_util::rt::TokioTimer;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// How long the server waits for clients, and they for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// For a new connection's first byte.
    pub first_byte: Duration,
    /// From the end of one request to the end of the next one's headers.
    pub headers: Duration,
    /// Between two parts of a request's body.
    pub body_pause: Duration,
    /// For the beginning of an answer, with the whole body of its request; what streams afterwards takes its time.
    pub answer: Duration,
    /// From the signal to stop until connections are cut.
    pub stop: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        let [five, ten] = [5, 10].map(Duration::from_secs);
        Self { first_byte: five, headers: five, body_pause: five, answer: ten, stop: ten }
    }
}

/// Serves until `stop` is done; then takes no new connection and lets the open ones finish, for as
/// long as the deadlines say.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections: usize,
    deadlines: Deadlines,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let handle = Handle::new();
    let stopping = handle.clone();
    tokio::spawn(async move {
        stop.await;
        tracing::info!("stopping");
        stopping.graceful_shutdown(Some(deadlines.stop));
    });
    let mut server = axum_server::from_tcp(listener)?;
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(deadlines.headers);
    server
        .handle(handle)
        .acceptor(Gate { room: Arc::new(Semaphore::new(connections)), first_byte: deadlines.first_byte })
        .http1_only()
        .serve(router.into_make_service_with_connect_info::<SocketAddr>())
        .await
}

/// Lets a connection in if there is room and its first byte comes in time.
#[derive(Clone)]
struct Gate {
    room: Arc<Semaphore>,
    first_byte: Duration,
}

impl<S: Send + 'static> Accept<TcpStream, S> for Gate {
    type Stream = Counted;
    type Service = S;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Counted, S)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let permit = self.room.clone().try_acquire_owned();
        let first_byte = self.first_byte;
        Box::pin(async move {
            let permit = permit.map_err(|_| io::ErrorKind::ConnectionRefused)?;
            stream.set_nodelay(true)?;
            if timeout(first_byte, stream.peek(&mut [0])).await?? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            Ok((Counted { stream, _permit: permit }, service))
        })
    }
}

/// A connection that holds its place under the cap.
struct Counted {
    stream: TcpStream,
    _permit: OwnedSemaphorePermit,
}

impl AsyncRead for Counted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
