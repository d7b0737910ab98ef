//! Between a server and a client: ends the connection in the middle of an answer that is marked. No HTTP library does so.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};

/// The header of an answer that is to be torn.
pub const MARK: &str = "x-torn";

/// The address of a door before `server`.
pub fn before(server: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound");
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(server) = TcpStream::connect(server) else { continue };
            let (Ok(asking), Ok(asked)) = (client.try_clone(), server.try_clone()) else { continue };
            std::thread::spawn(move || pass(asking, asked, false));
            std::thread::spawn(move || pass(server, client, true));
        }
    });
    address
}

/// Passes on what comes until it ends, or is torn.
fn pass(mut from: TcpStream, mut to: TcpStream, may_tear: bool) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        let bytes = &buffer[..read];
        let is_torn = may_tear && position(bytes, format!("\r\n{MARK}: 1\r\n").as_bytes()).is_some();
        let end = match position(bytes, b"\r\n\r\n").filter(|_| is_torn) {
            Some(head) => head + 4 + (read - head - 4) / 2,
            None => read,
        };
        if to.write_all(&bytes[..end]).is_err() || is_torn {
            break;
        }
    }
    // Either may be gone already.
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}

fn position(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
