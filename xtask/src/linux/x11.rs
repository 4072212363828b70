//! As much of the X11 protocol as a look at a window takes: find it, read its title, take a picture, ask it to close.
//!
//! Written against the protocol of the X Consortium, version 11, so that no tool has to be installed for it. Without a
//! window manager nothing else on the display sends the message by which a window is asked to close.

use crate::shell::{Failure, Outcome};
use std::io::{Read as _, Write as _};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::time::Duration;

const GET_WINDOW_ATTRIBUTES: u8 = 3;
const QUERY_TREE: u8 = 15;
const INTERN_ATOM: u8 = 16;
const GET_PROPERTY: u8 = 20;
const SEND_EVENT: u8 = 25;
const GET_IMAGE: u8 = 73;
const CLIENT_MESSAGE: u8 = 33;

/// The screen as rows of red, green and blue.
pub(crate) struct Picture {
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) pixels: Vec<u8>,
}

pub(crate) struct Connection {
    stream: UnixStream,
    root: u32,
    width: u16,
    height: u16,
}

impl Connection {
    pub(crate) fn open(display: u32) -> Outcome<Self> {
        let path = format!("/tmp/.X11-unix/X{display}");
        let mut stream = match UnixStream::connect(&path) {
            Ok(stream) => stream,
            Err(_) => UnixStream::connect_addr(&SocketAddr::from_abstract_name(path)?)?,
        };
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        // Little endian, version 11.0, no authorization: the display is our own.
        stream.write_all(&[b'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
        let head = read(&mut stream, 8)?;
        let body = read(&mut stream, 4 * usize::from(u16_at(&head, 6)?))?;
        if head[0] != 1 {
            return Err(Failure::new(format!(
                "the display refuses: {}",
                String::from_utf8_lossy(&body)
            )));
        }
        let (root, width, height) = screen(&body)?;
        Ok(Self {
            stream,
            root,
            width,
            height,
        })
    }

    /// The first visible window whose title has the text, with that title.
    pub(crate) fn window(&mut self, text: &str) -> Outcome<Option<(u32, String)>> {
        let mut waiting = vec![self.root];
        while let Some(window) = waiting.pop() {
            let title = self.title(window)?;
            if title.contains(text) && self.is_visible(window)? {
                return Ok(Some((window, title)));
            }
            let reply = self.ask(QUERY_TREE, 0, &window.to_le_bytes())?;
            for index in 0..usize::from(u16_at(&reply, 16)?) {
                waiting.push(u32_at(&reply, 32 + 4 * index)?);
            }
        }
        Ok(None)
    }

    /// All windows may vanish while they are looked at: one that is gone has no title and is not visible.
    fn title(&mut self, window: u32) -> Outcome<String> {
        for name in ["_NET_WM_NAME", "WM_NAME"] {
            let atom = self.atom(name)?;
            let reply = self.ask(GET_PROPERTY, 0, &words(&[window, atom, 0, 0, 256]))?;
            let length = u32_at(&reply, 16)? as usize;
            if length > 0 {
                let text = reply.get(32..32 + length).unwrap_or_default();
                return Ok(String::from_utf8_lossy(text).into_owned());
            }
        }
        Ok(String::new())
    }

    fn is_visible(&mut self, window: u32) -> Outcome<bool> {
        let reply = self.ask(GET_WINDOW_ATTRIBUTES, 0, &window.to_le_bytes())?;
        Ok(reply.get(26) == Some(&2))
    }

    fn atom(&mut self, name: &str) -> Outcome<u32> {
        let length = u16::try_from(name.len()).unwrap_or(u16::MAX);
        let mut body = vec![length.to_le_bytes()[0], length.to_le_bytes()[1], 0, 0];
        body.extend(name.as_bytes());
        body.resize(body.len().next_multiple_of(4), 0);
        u32_at(&self.ask(INTERN_ATOM, 0, &body)?, 8)
    }

    pub(crate) fn picture(&mut self) -> Outcome<Picture> {
        let mut body = words(&[self.root, 0]);
        body.extend(self.width.to_le_bytes());
        body.extend(self.height.to_le_bytes());
        body.extend(u32::MAX.to_le_bytes());
        let reply = self.ask(GET_IMAGE, 2, &body)?;
        let pixels: Vec<u8> = reply[32..]
            .chunks_exact(4)
            .flat_map(|pixel| [pixel[2], pixel[1], pixel[0]])
            .collect();
        if pixels.len() != 3 * usize::from(self.width) * usize::from(self.height) {
            return Err(Failure::new("the display has no 24 bit colors"));
        }
        Ok(Picture {
            width: self.width,
            height: self.height,
            pixels,
        })
    }

    /// Sends what a window manager sends when the user closes a window.
    pub(crate) fn close(&mut self, window: u32) -> Outcome {
        let protocols = self.atom("WM_PROTOCOLS")?;
        let delete = self.atom("WM_DELETE_WINDOW")?;
        let mut body = words(&[window, 0]);
        body.extend([CLIENT_MESSAGE, 32, 0, 0]);
        body.extend(words(&[window, protocols, delete, 0, 0, 0, 0]));
        self.stream.write_all(&request(SEND_EVENT, 0, &body))?;
        self.atom("WM_PROTOCOLS")?; // its reply says that the message before was taken
        Ok(())
    }

    /// Sends a request and reads its reply; an error of the server, as for a window that is gone, is an empty reply.
    fn ask(&mut self, code: u8, detail: u8, body: &[u8]) -> Outcome<Vec<u8>> {
        self.stream.write_all(&request(code, detail, body))?;
        loop {
            let mut reply = read(&mut self.stream, 32)?;
            match reply[0] {
                0 => return Ok(vec![0; 32]),
                1 => {
                    let more = 4 * u32_at(&reply, 4)? as usize;
                    reply.extend(read(&mut self.stream, more)?);
                    return Ok(reply);
                }
                _ => {} // an event
            }
        }
    }
}

fn request(code: u8, detail: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(1 + body.len() / 4)
        .unwrap_or(u16::MAX)
        .to_le_bytes();
    let mut bytes = vec![code, detail, length[0], length[1]];
    bytes.extend(body);
    bytes
}

fn words(values: &[u32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

fn read(stream: &mut UnixStream, length: usize) -> Outcome<Vec<u8>> {
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Root window, width and height of the first screen, after the vendor's name and the list of formats.
fn screen(setup: &[u8]) -> Outcome<(u32, u16, u16)> {
    let vendor = usize::from(u16_at(setup, 16)?).next_multiple_of(4);
    let formats = 8 * usize::from(*setup.get(21).ok_or_else(short)?);
    let start = 32 + vendor + formats;
    Ok((
        u32_at(setup, start)?,
        u16_at(setup, start + 20)?,
        u16_at(setup, start + 22)?,
    ))
}

fn u16_at(bytes: &[u8], at: usize) -> Outcome<u16> {
    let part = bytes.get(at..at + 2).and_then(|part| part.try_into().ok());
    part.map(u16::from_le_bytes).ok_or_else(short)
}

fn u32_at(bytes: &[u8], at: usize) -> Outcome<u32> {
    let part = bytes.get(at..at + 4).and_then(|part| part.try_into().ok());
    part.map(u32::from_le_bytes).ok_or_else(short)
}

fn short() -> Failure {
    Failure::new("the display's answer is too short")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_says_its_length_in_words() {
        assert_eq!(
            request(QUERY_TREE, 0, &7_u32.to_le_bytes()),
            [15, 0, 2, 0, 7, 0, 0, 0]
        );
        assert_eq!(words(&[1, 0x0102]), [1, 0, 0, 0, 2, 1, 0, 0]);
    }

    #[test]
    fn the_screen_is_read_behind_vendor_and_formats() {
        let mut setup = vec![0; 32 + 8 + 16 + 40];
        setup[16] = 5; // a vendor's name of five bytes takes eight
        setup[21] = 2;
        let start = 32 + 8 + 16;
        setup[start..start + 4].copy_from_slice(&291_u32.to_le_bytes());
        setup[start + 20..start + 24].copy_from_slice(&[0, 5, 32, 3]);
        assert_eq!(screen(&setup).unwrap(), (291, 1280, 800));
        assert!(screen(&setup[..40]).is_err());
    }
}
