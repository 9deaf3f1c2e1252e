// Package state keeps what people were last told about each tenant, in a
// directory or in Azure Blob Storage. Every save is conditional: it says which
// version it replaces, and fails if there is another one by then.
//
// It is the only package that imports azblob. It must not know what a change is,
// who is told, or when; a tenant's id is only a name to it.
package state
