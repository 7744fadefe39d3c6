//! A server for one page that remembers every request it gets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Serves one page on 127.0.0.1 for as long as the process lives.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts it in a thread of its own.
    pub fn start(page: Vec<u8>) -> Result<Self, String> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A browser that hangs up concerns nobody.
                let _ = answer(stream, &page, &seen);
            }
        });
        Ok(Self { address, requests })
    }

    /// What was asked so far: method and path.
    pub fn requests(&self) -> Vec<String> {
        self.requests
            .lock()
            .map(|requests| requests.clone())
            .unwrap_or_default()
    }
}

fn answer(mut stream: TcpStream, page: &[u8], seen: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?.take(65_536));
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let request = first
        .rsplit_once(' ')
        .map_or(first.as_str(), |(request, _)| request)
        .to_string();
    let (status, body) = if request == "GET /" {
        ("200 OK", page)
    } else {
        ("404 Not Found", &b"nothing here"[..])
    };
    if let Ok(mut seen) = seen.lock() {
        seen.push(request);
    }
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(body)?;
    stream.flush()
}
