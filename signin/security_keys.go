package signin

import (
	"strings"

	"breakglass/tenant"
)

// Unvouched reports whether nobody vouches for the make of a passkey: it was registered
// without attestation, or nothing says that it was with, and its AAGUID is that of no
// model and of no provider that is known. An AAGUID of zeros is one that the key keeps to
// itself.
// https://learn.microsoft.com/entra/identity/authentication/concept-fido2-hardware-vendor
func Unvouched(m tenant.Method) bool {
	if level, err := m.AttestationLevel.Get(); err == nil && level != nil && *level == attested {
		return false
	}
	aaguid, err := m.AAGUID.Get()
	if err != nil || aaguid == nil {
		return true
	}
	model := strings.ToLower(*aaguid)
	return !SecurityKeys()[model] && PasskeyProviders()[model] == ""
}

// attested is the attestationLevel of a passkey whose make is proven.
// https://learn.microsoft.com/graph/api/resources/fido2authenticationmethod
const attested = "attested"

// SecurityKeys holds the AAGUIDs of security keys. It is a part of Microsoft's list, which
// grows each month: what is missing here may be a security key.
// https://learn.microsoft.com/entra/identity/authentication/concept-fido2-hardware-vendor
func SecurityKeys() map[string]bool {
	return map[string]bool{
		"b92c3f9a-c014-4056-887f-140a2501163b": true, // Security Key by Yubico
		"f8a011f3-8c0a-4d15-8006-17111f9edc7d": true, // Security Key by Yubico
		"149a2021-8ef6-4133-96b8-81f8d5b7f1f5": true, // Security Key by Yubico with NFC
		"6d44ba9b-f6ec-2e49-b930-0c8fe920cb73": true, // Security Key by Yubico with NFC
		"a4e9fc6d-4cbe-4758-b8ba-37598bb5bbaa": true, // Security Key NFC by Yubico
		"b7d3f68e-88a6-471e-9ecf-2df26d041ede": true, // Security Key NFC by Yubico
		"e77e3c64-05e3-428b-8824-0cbeb04b829d": true, // Security Key NFC by Yubico
		"0bb43545-fd2c-4185-87dd-feb0b2916ace": true, // Security Key NFC by Yubico - Enterprise Edition
		"47ab2fb4-66ac-4184-9ae1-86be814012d5": true, // Security Key NFC by Yubico - Enterprise Edition
		"ed042a3a-4b22-4455-bb69-a267b652ae7e": true, // Security Key NFC by Yubico - Enterprise Edition
		"72c6b72d-8512-4c66-8359-9d3d10d9222f": true, // Security Key NFC by Yubico - Enterprise Edition (Enterprise Profile)
		"9ff4cc65-6154-4fff-ba09-9e2af7882ad2": true, // Security Key NFC by Yubico - Enterprise Edition (Enterprise Profile)
		"0f083f18-4105-43a8-ad69-24e812e38141": true, // Security Key Series with NFC (Consumer Profile)
		"24083bcb-3034-4867-99de-a3b52e1d426a": true, // Enterprise Security Key Series with NFC (Consumer Profile)
		"ab7d1767-3fa0-4388-b6c4-feef7a844809": true, // Enterprise Security Key Series with NFC (Enterprise Profile)
		"3aa78eb1-ddd8-46a8-a821-8f8ec57a7bd5": true, // YubiKey 5 CCN Series with NFC
		"eb7ef748-cbe0-4b40-b8f6-07bd2d592d35": true, // YubiKey 5 CCN Series with NFC (Consumer Profile)
		"3ec9c8d3-a5a7-415b-a7b5-f1d606368d3f": true, // YubiKey 5 CCN Series with NFC (Enterprise Profile)
		"4fc84f16-2545-4e53-b8fc-7bf4d7282a10": true, // YubiKey 5 CCN Series with NFC (Enterprise Profile)
		"57f7de54-c807-4eab-b1c6-1c9be7984e92": true, // YubiKey 5 FIPS Series
		"73bb0cd4-e502-49b8-9c6f-b59445bf720b": true, // YubiKey 5 FIPS Series
		"905b4cb4-ed6f-4da9-92fc-45e0d4e9b5c7": true, // YubiKey 5 FIPS Series (Enterprise Profile)
		"7b96457d-e3cd-432b-9ceb-c9fdd7ef7432": true, // YubiKey 5 FIPS Series with Lightning
		"85203421-48f9-4355-9bc8-8a53846e5083": true, // YubiKey 5 FIPS Series with Lightning
		"3a662962-c6d4-4023-bebb-98ae92e78e20": true, // YubiKey 5 FIPS Series with Lightning (Enterprise Profile)
		"c1f9a0bc-1dd2-404a-b27f-8e29047a43fd": true, // YubiKey 5 FIPS Series with NFC
		"fcc0118f-cd45-435b-8da1-9782b2da0715": true, // YubiKey 5 FIPS Series with NFC
		"79f3c8ba-9e35-484b-8f47-53a5a0f5c630": true, // YubiKey 5 FIPS Series with NFC (Enterprise Profile)
		"19083c3d-8383-4b18-bc03-8f1c9ab2fd1b": true, // YubiKey 5 Series
		"cb69481e-8ff7-4039-93ec-0a2729a154a8": true, // YubiKey 5 Series
		"ee882879-721c-4913-9775-3dfcce97072a": true, // YubiKey 5 Series
		"ff4dac45-ede8-4ec2-aced-cf66103f4335": true, // YubiKey 5 Series
		"0a357157-9b18-4c8a-920e-d156e972b2f8": true, // YubiKey 5 Series (Consumer Profile)
		"20ac7a17-c814-4833-93fe-539f0d5e3389": true, // YubiKey 5 Series (Enterprise Profile)
		"4599062e-6926-4fe7-9566-9e8fb1aedaa0": true, // YubiKey 5 Series (Enterprise Profile)
		"524de2de-982f-49b4-a769-2b5e3b73ad79": true, // YubiKey 5 Series (Enterprise Profile)
		"24673149-6c86-42e7-98d9-433fb5b73296": true, // YubiKey 5 Series with Lightning
		"a02167b9-ae71-4ac7-9a07-06432ebb6f1c": true, // YubiKey 5 Series with Lightning
		"c5ef55ff-ad9a-4b9f-b580-adebafe026d0": true, // YubiKey 5 Series with Lightning
		"03012cb7-4fb2-42e7-9e8d-a81f10e2a5e9": true, // YubiKey 5 Series with Lightning (Consumer Profile)
		"3b24bf49-1d45-4484-a917-13175df0867b": true, // YubiKey 5 Series with Lightning (Enterprise Profile)
		"b90e7dc1-316e-4fee-a25a-56a666a670fe": true, // YubiKey 5 Series with Lightning (Enterprise Profile)
		"c3479970-e58a-4f70-836f-853bf42fb063": true, // YubiKey 5 Series with Lightning (Enterprise Profile)
		"2fc0579f-8113-47ea-b116-bb5a8db9202a": true, // YubiKey 5 Series with NFC
		"a25342c0-3cdc-4414-8e46-f4807fca511c": true, // YubiKey 5 Series with NFC
		"d7781e5d-e353-46aa-afe2-3ca49f13332a": true, // YubiKey 5 Series with NFC
		"fa2b99dc-9e39-4257-8f92-4a30d23c4118": true, // YubiKey 5 Series with NFC
		"662ef48a-95e2-4aaa-a6c1-5b9c40375824": true, // YubiKey 5 Series with NFC - Enhanced PIN
		"b2c1a50b-dad8-4dc7-ba4d-0ce9597904bc": true, // YubiKey 5 Series with NFC - Enhanced PIN (Enterprise Profile)
		"f4ce5fc0-57d3-46f5-a736-efb7d5bc63b5": true, // YubiKey 5 Series with NFC (Consumer Profile)
		"7dab85a5-d16d-4eaf-a7ef-4c1385b151c5": true, // YubiKey 5 Series with NFC (Consumer Profile) KVZR57-2
		"1ac71f64-468d-4fe0-bef1-0e5f2f551f18": true, // YubiKey 5 Series with NFC (Enterprise Profile)
		"41e39911-c669-4811-b860-c6ad0b411b96": true, // YubiKey 5 Series with NFC (Enterprise Profile)
		"6ab56fad-881f-4a43-acb2-0be065924522": true, // YubiKey 5 Series with NFC (Enterprise Profile)
		"0ebd9f2c-f685-441c-8c3e-a02a234a840a": true, // YubiKey 5 Series with NFC Enhanced PIN (Consumer Profile)
		"9a3f2abd-a73d-439c-9ee7-1b53a857eaa7": true, // YubiKey 5 Series with NFC Enhanced PIN (Enterprise Profile)
		"9eb7eabc-9db5-49a1-b6c3-555a802093f4": true, // YubiKey 5 Series with NFC KVZR57
		"9dd8d593-2213-438a-97f8-d6b813d51c27": true, // YubiKey Bio Fido Edition (Consumer Profile)
		"add92433-0d69-4026-8166-29b25bce64e9": true, // YubiKey Bio Fido Edition (Enterprise Profile)
		"ba0a9266-40d8-4048-9786-d710b5474752": true, // YubiKey Bio Multi-protocol Edition (Consumer Profile)
		"9806a2c8-c0da-478e-b4ca-620005d34182": true, // YubiKey Bio Multi-protocol Edition (Consumer Profile) 1VDJSN-2
		"dc5e949d-f939-43b3-9877-a85c7186b753": true, // YubiKey Bio Multi-protocol Edition (Enterprise Profile)
		"7409272d-1ff9-4e10-9fc9-ac0019c124fd": true, // YubiKey Bio Series - FIDO Edition
		"d8522d9f-575b-4866-88a9-ba99fa02f35b": true, // YubiKey Bio Series - FIDO Edition
		"dd86a2da-86a0-4cbe-b462-4bd31f57bc6f": true, // YubiKey Bio Series - FIDO Edition
		"83c47309-aabb-4108-8470-8be838b573cb": true, // YubiKey Bio Series - FIDO Edition (Enterprise Profile)
		"8c39ee86-7f9a-4a95-9ba3-f6b097e5c2ee": true, // YubiKey Bio Series - FIDO Edition (Enterprise Profile)
		"ad08c78a-4e41-49b9-86a2-ac15b06899e2": true, // YubiKey Bio Series - FIDO Edition (Enterprise Profile)
		"34744913-4f57-4e6e-a527-e9ec3c4b94e6": true, // YubiKey Bio Series - Multi-protocol Edition
		"7d1351a6-e097-4852-b8bf-c9ac5c9ce4a3": true, // YubiKey Bio Series - Multi-protocol Edition
		"90636e1f-ef82-43bf-bdcf-5255f139d12f": true, // YubiKey Bio Series - Multi-protocol Edition
		"6ec5cff2-a0f9-4169-945b-f33b563f7b99": true, // YubiKey Bio Series - Multi-protocol Edition (Enterprise Profile)
		"97e6a830-c952-4740-95fc-7c78dc97ce47": true, // YubiKey Bio Series - Multi-protocol Edition (Enterprise Profile)
		"58276709-bb4b-4bb3-baf1-60eea99282a7": true, // YubiKey Bio Series - Multi-protocol Edition 1VDJSN
		"42b4fb4a-2866-43b2-9bf7-6c6669c2e5d3": true, // Google Titan Security Key v2
		"12ded745-4bed-47d4-abaa-e713f51d6393": true, // Feitian AllinOne FIDO2 Authenticator
		"77010bd7-212a-4fc9-b236-d2ca5e9d4084": true, // Feitian BioPass FIDO2 Authenticator
		"42df17de-06ba-4177-a2bb-6701be1380d6": true, // Feitian BioPass FIDO2 Plus Authenticator
		"b6ede29c-3772-412c-8a78-539c1f4c62d2": true, // Feitian BioPass FIDO2 Plus Authenticator
		"4c0cf95d-2f40-43b5-ba42-4c83a11c04ba": true, // Feitian BioPass FIDO2 Pro Authenticator
		"12755c32-8ad1-46eb-881c-e0b38d848b09": true, // Feitian ePass FIDO Authenticator (CTAP2.1)
		"78ba3993-d784-4f44-8d6e-cc0a8ad5230e": true, // Feitian ePass FIDO-NFC (CTAP2.1)
		"833b721a-ff5f-4d00-bb2e-bdda3ec01e29": true, // Feitian ePass FIDO2 Authenticator
		"ee041bce-25e5-4cdb-8f86-897fd6418464": true, // Feitian ePass FIDO2-NFC Authenticator
		"234cd403-35a2-4cc2-8015-77ea280c77f5": true, // Feitian ePass FIDO2-NFC Series (CTAP2.1)
		"ab32f0c6-2239-afbb-c470-d2ef4e254db7": true, // TOKEN2 FIDO2 Security Key
		"eabb46cc-e241-80bf-ae9e-96fa6d2975cf": true, // TOKEN2 PIN Plus Security Key Series
		"2cd2f727-f6ca-44da-8f48-5c2e5da000a2": true, // Nitrokey 3 AM
		"931327dd-c89b-406c-a81e-ed7058ef36c6": true, // Swissbit iShield Key FIDO2
		"5d629218-d3a5-11ed-afa1-0242ac120002": true, // Swissbit iShield Key Pro
		"7787a482-13e8-4784-8a06-c7ed49a7aaf4": true, // Swissbit iShield Key 2
		"817cdab8-0d51-4de1-a821-e25b88519cf3": true, // Swissbit iShield Key 2 FIPS
		"efb96b10-a9ee-4b6c-a4a9-d32125ccd4a4": true, // Safenet eToken FIDO
		"74820b05-a6c9-40f9-8fb0-9f86aca93998": true, // SafeNet eToken Fusion
		"b50d5e0a-7f81-4959-9b12-f45407407503": true, // IDPrime 3940 FIDO
		"2ffd6452-01da-471f-821b-ea4bf6c8676a": true, // IDPrime 941 Fido
		"aeb6569c-f8fb-4950-ac60-24ca2bbe2e52": true, // HID Crescendo C2300
		"692db549-7ae5-44d5-a1e5-dd20a493b723": true, // HID Crescendo Key
		"2d3bec26-15ee-4f5d-88b2-53622490270b": true, // HID Crescendo Key V2
		"7991798a-a7f3-487f-98c0-3faf7a458a04": true, // HID Crescendo Key V3
		"7e3f3d30-3557-4442-bdae-139312178b39": true, // RSA DS100
		"d94a29d9-52dd-4247-9c2d-8b818b610389": true, // Kensington VeriMark Guard Fingerprint Key
		"73402251-f2a8-4f03-873e-3cb6db604b03": true, // Identiv uTrust FIDO2 Security Key
		"30b5035e-d297-4ff1-b00b-addc96ba6a98": true, // OneSpan DIGIPASS FX1 BIO
		"30b5035e-d297-4ff7-b00b-addc96ba6a98": true, // OneSpan DIGIPASS FX7
		"3b1adb99-0dfe-46fd-90b8-7f7614a4de2a": true, // GoTrust Idem Key
		"8876631b-d4a0-427f-5773-0ec71c9e0279": true, // Solo Secp256R1 FIDO2 CTAP2
		"e1a96183-5016-4f24-b55b-e3ae23614cc6": true, // ATKey.Pro CTAP2.0
	}
}
