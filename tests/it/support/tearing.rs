//! Between a server and a client: ends the connection in the middle of an answer that is marked, and has requests arrive
//! late. No HTTP library does so.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The header of an answer that is to be torn.
pub const MARK: &str = "x-torn";

/// What requests that are to arrive late begin with, and how late.
pub type Held = Arc<Mutex<Vec<(String, Duration)>>>;

/// The address of a door before `server`.
pub fn before(server: SocketAddr, held: Held) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound");
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(server) = TcpStream::connect(server) else { continue };
            let (Ok(asking), Ok(asked)) = (client.try_clone(), server.try_clone()) else { continue };
            let held = held.clone();
            std::thread::spawn(move || pass(asking, asked, Some(&held)));
            std::thread::spawn(move || pass(server, client, None));
        }
    });
    address
}

/// Passes on what comes until it ends, or is torn, which only an answer is; a request may be `held`.
fn pass(mut from: TcpStream, mut to: TcpStream, held: Option<&Held>) {
    let mut buffer = vec![0; 64 << 10];
    let mut has_waited = false;
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        let bytes = &buffer[..read];
        let wait = held.map_or(Duration::ZERO, |held| wait(bytes, held));
        has_waited |= !wait.is_zero();
        std::thread::sleep(wait);
        let is_torn = held.is_none() && position(bytes, format!("\r\n{MARK}: 1\r\n").as_bytes()).is_some();
        let end = match position(bytes, b"\r\n\r\n").filter(|_| is_torn) {
            // One that has no body is torn before its end.
            Some(head) if head + 4 == read => head / 2,
            Some(head) => head + 4 + (read - head - 4) / 2,
            None => read,
        };
        if to.write_all(&bytes[..end]).is_err() || is_torn {
            break;
        }
    }
    if has_waited {
        // Whoever asked may have gone, and what arrives late is to be done all the same.
        std::thread::sleep(Duration::from_secs(1));
    }
    // Either may be gone already.
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}

/// How long what comes has to wait, once.
fn wait(bytes: &[u8], held: &Held) -> Duration {
    let mut held = held.lock().expect("nobody panicked");
    let at = held.iter().position(|(begins, _)| bytes.starts_with(begins.as_bytes()));
    at.map_or(Duration::ZERO, |at| held.remove(at).1)
}

fn position(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
