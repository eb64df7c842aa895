//go:build !linux

package embedded

func spread(string) {}
