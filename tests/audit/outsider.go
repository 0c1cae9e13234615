// An outsider's verifier, on the Go project's own packages for notes and transparency logs, which know nothing of Klaim:
//   outsider FOLDER PROOF     checks an exported folder (c2sp.org/tlog-tiles) and a proof (c2sp.org/tlog-proof) by FOLDER/vkey
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Println("REFUSED:", err)
		os.Exit(1)
	}
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	must(err)
	return data
}

// A checkpoint that the key signed: its size and root.
func open(text []byte, verifier note.Verifier) (int64, tlog.Hash) {
	opened, err := note.Open(text, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		must(fmt.Errorf("origin %q", lines[0]))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return size, root
}

func number(n int64) string {
	text := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		text = fmt.Sprintf("x%03d/", n%1000) + text
	}
	return text
}

// The hashes of the tree, as the folder's tiles hold them.
type folder struct {
	path string
	size int64
}

func (f folder) tile(level int, n int64) []byte {
	width := f.size>>(8*level) - n*256
	suffix := ""
	if width < 256 {
		suffix = fmt.Sprintf(".p/%d", width)
	}
	return read(fmt.Sprintf("%s/tile/%d/%s%s", f.path, level, number(n), suffix))
}

func (f folder) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		// A hash between two levels of tiles is made of those below it.
		from := n << (level % 8)
		var below []tlog.Hash
		for i := from; i < from+1<<(level%8); i++ {
			var hash tlog.Hash
			copy(hash[:], f.tile(level/8, i/256)[i%256*32:])
			below = append(below, hash)
		}
		for len(below) > 1 {
			for i := 0; i < len(below)/2; i++ {
				below[i] = tlog.NodeHash(below[2*i], below[2*i+1])
			}
			below = below[:len(below)/2]
		}
		hashes = append(hashes, below[0])
	}
	return hashes, nil
}

func main() {
	dir := os.Args[1]
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read(dir + "/vkey"))))
	must(err)
	size, root := open(read(dir+"/checkpoint"), verifier)
	tree := folder{dir, size}
	computed, err := tlog.TreeHash(size, tree)
	must(err)
	if computed != root {
		must(fmt.Errorf("the tiles make the root %v, the checkpoint says %v", computed, root))
	}
	for index := int64(0); index < size; {
		width := size - index
		path := fmt.Sprintf("%s/tile/entries/%s", dir, number(index/256))
		if width < 256 {
			path += fmt.Sprintf(".p/%d", width)
		}
		tile := tree.tile(0, index/256)
		for data := read(path); len(data) > 0; index++ {
			length := int(data[0])<<8 | int(data[1])
			hash := tlog.RecordHash(data[2 : 2+length])
			if !bytes.Equal(hash[:], tile[index%256*32:][:32]) {
				must(fmt.Errorf("entry %d is not that of its tile", index))
			}
			data = data[2+length:]
		}
	}
	head, checkpoint, _ := strings.Cut(string(read(os.Args[2])), "\n\n")
	lines := strings.Split(head, "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		must(fmt.Errorf("no proof"))
	}
	record, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	must(err)
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	must(err)
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		must(err)
		proof = append(proof, hash)
	}
	size, root = open([]byte(checkpoint), verifier)
	must(tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(record)))
	fmt.Println("ACCEPTED", size)
}
