package state

import (
	"context"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/lease"

	"breakglass/text"
)

// CreateContainer makes a container in an emulator, for trials; that it is there already
// is no error.
func CreateContainer(ctx context.Context, connection, name string) error {
	client, err := container.NewClientFromConnectionString(connection, name, &container.ClientOptions{ClientOptions: clientOptions(nil)})
	if err != nil {
		return text.New("the connection string is none")
	}
	if _, err := client.Create(ctx, nil); err != nil && !bloberror.HasCode(err, bloberror.ContainerAlreadyExists) {
		return (&Blob{name: name}).explain(text.New("create what is remembered"), err)
	}
	return nil
}

// BreakLease ends the lease of a run that died, without the minute that it would last; that
// there is none is no error.
func BreakLease(ctx context.Context, connection, containerName, tenant string) error {
	client, err := container.NewClientFromConnectionString(connection, containerName, &container.ClientOptions{ClientOptions: clientOptions(nil)})
	if err != nil {
		return text.New("the connection string is none")
	}
	name, err := key(tenant)
	if err != nil {
		return err
	}
	held, err := lease.NewBlobClient(client.NewBlobClient(name+".run"), nil)
	if err != nil {
		return err
	}
	at := int32(0)
	_, err = held.BreakLease(ctx, &lease.BlobBreakOptions{BreakPeriod: &at})
	if err != nil && !bloberror.HasCode(err, bloberror.LeaseNotPresentWithLeaseOperation, bloberror.BlobNotFound, bloberror.LeaseIsBrokenAndCannotBeRenewed) {
		return (&Blob{name: containerName}).explain(text.New("free what is remembered"), err)
	}
	return nil
}
