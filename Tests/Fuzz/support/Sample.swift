// The key, product and nonce of Tests/Vectors/jwt, under which its tokens are genuine.

import MPMeterCore
import MPMeterCrypto

let sampleProduct = "4w1vgsrkqdkypbz43g7qkk4uz"
let sampleNonce = "3c0b6f2e-8d6b-4b7e-9a52-5f3d1a7c9e10"

/// Tests/Vectors/keys/rsa2048.pem
let samplePEM = """
    -----BEGIN PUBLIC KEY-----
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmLUn5H4t2fDYZVtRms/+
    uU911TWdiRGYYoLbBm5xEM8y6cz9Vy6nkXlQaYzC5kl14Tml3ljHesMKpIBMIUBl
    dc2o3i2v+vRUajcQbfCPfz8K+B/PsXUixVguspIgAwMyqrvMafYJiRu7kMpeo5z6
    wNyshVDn0wUm5IeIh7JE4PpntA6Pk0TxTAT5xyQiiUqWBLaCrW7oF3/uEnQOvXPh
    PYUfIicJVmQdyqJWseDiCRizDyloaEdozxzrUk0TOMSzV9hJY60kcas7g/JA2vGD
    fLSEf0VwI71IPm5wGG1SOamvlCIxrwA1fEFIQ/XgnLeq/bErji9BSFb1cKTksiH/
    8QIDAQAB
    -----END PUBLIC KEY-----
    """

let sampleKey = try? OpenSSL.publicKey(pem: samplePEM.bytes, bits: 2048...2048)
