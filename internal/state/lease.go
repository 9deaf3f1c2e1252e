package state

import (
	"bytes"
	"context"
	"os"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blockblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/lease"

	"breakglass/defect"
	"breakglass/text"
)

// A lease lasts a minute, the longest that Blob Storage gives with an end, and is
// renewed three times as often. A run that dies keeps the next one waiting for so long.
// https://learn.microsoft.com/rest/api/storageservices/lease-blob
const (
	leaseSeconds = 60
	leaseRenewal = 20 * time.Second
)

// errLeaseLost is the cause of a context whose lease was lost.
var errLeaseLost = text.Sentinel("the lease of this run was lost: another run may have begun")

// Lease makes this run the only one for a tenant, with a lease on a blob of its own.
func (b *Blob) Lease(ctx context.Context, tenant string) (context.Context, func(), error) {
	name, err := key(tenant)
	if err != nil {
		return ctx, nil, err
	}
	client := b.container.NewBlockBlobClient(name + ".run")
	asking, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err = client.Upload(asking, streaming.NopCloser(bytes.NewReader(nil)), &blockblob.UploadOptions{
		AccessConditions: &blob.AccessConditions{ModifiedAccessConditions: &blob.ModifiedAccessConditions{IfNoneMatch: to.Ptr(azcore.ETagAny)}},
	})
	if err != nil && !bloberror.HasCode(err, bloberror.BlobAlreadyExists, bloberror.ConditionNotMet, bloberror.LeaseIDMissing) {
		return ctx, nil, b.explainLease(err)
	}
	held, err := lease.NewBlobClient(client, nil)
	if err != nil {
		return ctx, nil, text.New("lease: %s", err)
	}
	if _, err := held.AcquireLease(asking, leaseSeconds, nil); err != nil {
		if bloberror.HasCode(err, bloberror.LeaseAlreadyPresent) {
			return ctx, nil, ErrBusy
		}
		return ctx, nil, b.explainLease(err)
	}
	leased, release := keepLease(ctx, held)
	return leased, release, nil
}

func (b *Blob) explainLease(err error) error {
	return text.New("become the only run: %s", b.explain(text.New("read what is remembered"), err))
}

// keepLease renews a lease until it is released.
func keepLease(ctx context.Context, held *lease.BlobClient) (context.Context, func()) {
	leased, lost := context.WithCancelCause(ctx)
	stop, done := make(chan struct{}), make(chan struct{})
	defect.Go(func() { renew(ctx, held, stop, lost) }, func(caught *defect.Error) {
		if caught != nil {
			lost(caught) // nobody renews it any more
		}
		close(done)
	})
	return leased, func() {
		close(stop)
		<-done
		asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		_, _ = held.ReleaseLease(asking, nil) // it ends by itself in a minute
		lost(nil)
	}
}

// renew renews a lease until it is to stop, or the lease is lost.
func renew(ctx context.Context, held *lease.BlobClient, stop <-chan struct{}, lost context.CancelCauseFunc) {
	renewed := time.Now()
	for {
		select {
		case <-stop:
			return
		case <-time.After(leaseRenewal):
		}
		asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseRenewal/2)
		_, err := held.RenewLease(asking, nil)
		cancel()
		if err == nil {
			renewed = time.Now()
		} else if time.Since(renewed) > leaseSeconds*time.Second-leaseRenewal/2 || bloberror.HasCode(err, bloberror.LeaseIDMismatchWithLeaseOperation, bloberror.LeaseNotPresentWithLeaseOperation) {
			lost(errLeaseLost)
			return
		}
	}
}

// Lease makes this run the only one for a tenant, with a lock file that the operating
// system frees when its holder dies.
func (d *Dir) Lease(ctx context.Context, tenant string) (context.Context, func(), error) {
	file, err := d.file(tenant)
	if err != nil {
		return ctx, nil, err
	}
	if err := os.MkdirAll(d.path, 0o700); err != nil {
		return ctx, nil, text.New("become the only run: %s", err)
	}
	unlock, held, err := tryLock(file + ".run")
	switch {
	case err != nil:
		return ctx, nil, text.New("become the only run: %s", err)
	case held:
		return ctx, nil, ErrBusy
	}
	return ctx, unlock, nil
}
