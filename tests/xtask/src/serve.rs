//! Serves the built page on 127.0.0.1: for a look at it, and for browser tests. GET only, this folder only.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path};

use crate::{Outcome, option, root};

/// `cargo xtask serve [--port N]`
pub fn run(options: &[&str]) -> Outcome {
    let page = root().join("www/dist/index.html");
    if !page.is_file() {
        return Err("www/dist/index.html is not built yet; `cargo xtask web` builds it".to_string());
    }
    let port = match option(options, "--port") {
        None => 8877,
        Some(text) => text.parse().map_err(|_| format!("`{text}` is not a port"))?,
    };
    let listener = listen(port)?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("The viewer is at http://{address}/ (stop with Ctrl-C)");
    for stream in listener.incoming() {
        // A browser that goes away in the middle concerns nobody.
        let _ = stream.and_then(answer);
    }
    Ok(())
}

/// The port asked for, or any free one when somebody else has it.
fn listen(port: u16) -> Result<TcpListener, String> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .map_err(|error| format!("no port on 127.0.0.1 can be opened: {error}"))
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = String::new();
    let mut reader = BufReader::new(stream.try_clone()?.take(16_384));
    reader.read_line(&mut request)?;
    // The rest of the request says nothing that matters, but has to be read before the answer.
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let mut words = request.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or("/"));
    let (status, kind, body) = match method {
        "GET" | "HEAD" => file(target),
        _ => ("405 Method Not Allowed", "text/plain", b"only GET".to_vec()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if method != "HEAD" {
        stream.write_all(&body)?;
    }
    stream.flush()
}

fn file(target: &str) -> (&'static str, &'static str, Vec<u8>) {
    let path = target
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .trim_start_matches('/');
    let path = Path::new(if path.is_empty() { "index.html" } else { path });
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    let kind = match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        _ => "text/plain; charset=utf-8",
    };
    match fs::read(root().join("www/dist").join(path)) {
        Ok(body) if plain => ("200 OK", kind, body),
        _ => ("404 Not Found", "text/plain", b"not found".to_vec()),
    }
}
