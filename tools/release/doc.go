// Package release holds a built release to what it says of itself: the bill of
// materials is of the form that CycloneDX defines, and lists what is in the zip.
// It reads with other eyes than those that wrote: CycloneDX's library and schema, and
// go version.
//
// It is apart from the product's module, so that these modules stay out of its go.sum.
package release
