use super::*;

fn small() -> Vec<u8> {
    let mut tar = TarWriter::new(Vec::new());
    tar.file("a/b", b"one").expect("a file");
    tar.file("a/c", &[7; 512]).expect("a file");
    tar.file("roll.jsonl", b"").expect("a file");
    tar.finish().expect("a tar")
}

fn refused(bytes: Vec<u8>) -> TarError {
    match Bundle::from_tar(bytes) {
        Err(BundleError::Tar(err)) => err,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_written_is_read_and_written_again_byte_for_byte() {
    let bundle = Bundle::from_tar(small()).expect("a bundle");
    assert_eq!(bundle.paths().collect::<Vec<_>>(), ["a/b", "a/c", "roll.jsonl"]);
    assert_eq!(bundle.read("a/b", 3).expect("read").as_deref(), Some(&b"one"[..]));
    assert_eq!(bundle.read("a/b", 2).expect("read"), None, "beyond the limit");
    assert_eq!(bundle.hash("a/b").expect("read"), Some(Hash::of(b"one")));
    let mut again = Vec::new();
    bundle.write_tar(&mut again).expect("written");
    assert_eq!(again, small());
}

#[test]
fn every_byte_that_is_not_a_files_is_fixed() {
    let tar = small();
    for at in 0..tar.len() {
        let is_content = (512..515).contains(&at) || (1536..2048).contains(&at);
        // In a path another letter makes another path, as long as the sum in the header fits; it does not.
        for bit in 0..8 {
            let mut flipped = tar.clone();
            flipped[at] ^= 1 << bit;
            assert_eq!(Bundle::from_tar(flipped).is_ok(), is_content, "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn a_tar_ends_with_two_blocks_and_nothing_more() {
    let tar = small();
    for len in 0..tar.len() {
        assert_eq!(refused(tar[..len].to_vec()), TarError::Cut, "the first {len} bytes");
    }
    assert_eq!(refused([&tar[..], &[0; 512]].concat()), TarError::Trailing);
}

#[test]
fn a_length_beyond_the_end_is_refused() {
    let mut tar = TarWriter::new(Vec::new());
    tar.begin("a", (1 << 33) - 1).expect("begun");
    assert!(tar.begin("b", 0).is_err(), "the first file has not had its bytes");
    let header = tar.into_inner();
    assert_eq!(refused([&header[..], &[0; 2048]].concat()), TarError::Cut);
}

#[test]
fn paths_ascend_and_have_no_tricks() {
    for path in ["", "/a", "a/", "a//b", "../a", "a/.b", "-a", "a/-b", "a b", "a\\b", "ä", &"a".repeat(101)] {
        assert!(!is_bundle_path(path), "{path}");
    }
    assert!(is_bundle_path(&"a".repeat(100)));
    let mut tar = TarWriter::new(Vec::new());
    tar.file("b", b"").expect("a file");
    assert!(tar.file("a", b"").is_err());
    assert!(tar.file("b", b"").is_err());
}

#[test]
fn a_folder_is_the_same_bundle_and_has_no_links() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("a")).expect("a folder");
    fs::write(folder.path().join("a/b"), b"one").expect("written");
    fs::write(folder.path().join("a/c"), [7; 512]).expect("written");
    fs::write(folder.path().join("roll.jsonl"), b"").expect("written");
    let mut tar = Vec::new();
    Bundle::open(folder.path()).expect("a bundle").write_tar(&mut tar).expect("written");
    assert_eq!(tar, small());
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("b", folder.path().join("a/d")).expect("a link");
        assert!(matches!(Bundle::open(folder.path()), Err(BundleError::Link(path)) if path == "a/d"));
    }
}

#[test]
fn a_logs_tiles_are_told_without_listing_them() {
    for size in [0, 1, 255, 256, 257, 511, 65_535, 65_536, 65_537, 70_000] {
        let tiles = tiles_of(size);
        assert_eq!(tile_count(size), tiles.len() as u64, "{size}");
        assert!(tiles.iter().all(|tile| has_tile(size, *tile)), "{size}");
        let other = tiles_of(size + 300).into_iter().filter(|tile| !tiles.contains(tile));
        assert!(other.into_iter().all(|tile| !has_tile(size, tile)), "{size}");
    }
    assert!(!has_tile(u64::MAX, TileId { kind: TileKind::Hashes(7), number: 1, width: 256 }));
}
