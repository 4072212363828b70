//! What is seen on a picture of the screen, and the picture as a PNG file to look at.

use super::x11::Picture;
use std::collections::BTreeSet;

/// How many different colors a picture has: a blank one has one or two, text alone makes dozens of grays.
pub(crate) fn colors(picture: &Picture) -> usize {
    picture
        .pixels
        .chunks_exact(3)
        .collect::<BTreeSet<_>>()
        .len()
}

/// A PNG file of the picture, not compressed: a program for looking at it is all that reads it.
pub(crate) fn png(picture: &Picture) -> Vec<u8> {
    let row = 3 * usize::from(picture.width);
    let mut rows = Vec::with_capacity(picture.pixels.len() + usize::from(picture.height));
    for pixels in picture.pixels.chunks(row.max(1)) {
        rows.push(0); // no filter
        rows.extend(pixels);
    }
    let mut header = Vec::new();
    header.extend(u32::from(picture.width).to_be_bytes());
    header.extend(u32::from(picture.height).to_be_bytes());
    header.extend([8, 2, 0, 0, 0]); // eight bits, red green blue
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in [
        (b"IHDR", header),
        (b"IDAT", stored(&rows)),
        (b"IEND", Vec::new()),
    ] {
        let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
        file.extend(length.to_be_bytes());
        let start = file.len();
        file.extend(name);
        file.extend(data);
        let sum = crc32(&file[start..]);
        file.extend(sum.to_be_bytes());
    }
    file
}

/// A zlib stream of stored blocks (RFC 1950 and 1951).
fn stored(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = data.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(data).to_be_bytes());
    stream
}

fn adler32(data: &[u8]) -> u32 {
    let (low, high) = data.iter().fold((1_u32, 0_u32), |(low, high), &byte| {
        let low = (low + u32::from(byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    (high << 16) | low
}

fn crc32(data: &[u8]) -> u32 {
    let sum = data.iter().fold(u32::MAX, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            if sum & 1 == 1 {
                (sum >> 1) ^ 0xedb8_8320
            } else {
                sum >> 1
            }
        })
    });
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_the_published_ones() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn colors_are_counted_by_pixel() {
        let picture = Picture {
            width: 2,
            height: 2,
            pixels: vec![1, 2, 3, 1, 2, 3, 3, 2, 1, 0, 0, 0],
        };
        assert_eq!(colors(&picture), 3);
    }

    #[test]
    fn a_png_has_its_size_and_all_its_rows() {
        let picture = Picture {
            width: 200,
            height: 150,
            pixels: vec![7; 200 * 150 * 3],
        };
        let file = png(&picture);
        assert!(file.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert_eq!(file[16..24], [0, 0, 0, 200, 0, 0, 0, 150]);
        let blocks = (601_usize * 150).div_ceil(0xffff);
        let data = 2 + 5 * blocks + 601 * 150 + 4;
        assert_eq!(file.len(), 8 + 12 + 13 + 12 + data + 12);
    }
}
