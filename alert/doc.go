// Package alert decides what people are told, and when. It keeps the life of every
// finding from one run to the next, compares each report with it, and fills an outbox
// for each channel, from which nothing leaves before it was told.
//
// It is pure: it knows no clock, no network and no words. What it remembers is plain
// data; where that is kept, how a message reads and how it is sent are for others.
package alert
