// A token as RegisterUsage answers it, signed with a key of the tests' own; the same one is in
// bindings/conformance/cases.json.
#ifndef MPMETER_TESTS_TOKEN_HPP
#define MPMETER_TESTS_TOKEN_HPP

namespace stored {

inline constexpr char product[] = "4w1vgsrkqdkypbz43g7qkk4uz";
inline constexpr char nonce[] = "3c0b6f2e-8d6b-4b7e-9a52-5f3d1a7c9e10";
inline constexpr long issued_at = 1700000000;

inline constexpr char key[] = "-----BEGIN PUBLIC KEY-----\n"
                              "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmLUn5H4t2fDYZVtRms/+\n"
                              "uU911TWdiRGYYoLbBm5xEM8y6cz9Vy6nkXlQaYzC5kl14Tml3ljHesMKpIBMIUBl\n"
                              "dc2o3i2v+vRUajcQbfCPfz8K+B/PsXUixVguspIgAwMyqrvMafYJiRu7kMpeo5z6\n"
                              "wNyshVDn0wUm5IeIh7JE4PpntA6Pk0TxTAT5xyQiiUqWBLaCrW7oF3/uEnQOvXPh\n"
                              "PYUfIicJVmQdyqJWseDiCRizDyloaEdozxzrUk0TOMSzV9hJY60kcas7g/JA2vGD\n"
                              "fLSEf0VwI71IPm5wGG1SOamvlCIxrwA1fEFIQ/XgnLeq/bErji9BSFb1cKTksiH/\n"
                              "8QIDAQAB\n"
                              "-----END PUBLIC KEY-----\n";

inline constexpr char token[] =
    "eyJhbGciOiJQUzI1NiIsInR5cCI6IkpXVCJ9.eyJQcm9kdWN0Q29kZSI6IjR3MXZnc3JrcWRreXBiejQzZzdxa2s0dXoiLCJQdWJsaWNLZXlWZ"
    "XJzaW9uIjoiMSIsIk5vbmNlIjoiM2MwYjZmMmUtOGQ2Yi00YjdlLTlhNTItNWYzZDFhN2M5ZTEwIiwiaWF0IjoxNzAwMDAwMDAwLCJQdWJsaWN"
    "LZXlSb3RhdGlvblRpbWVzdGFtcCI6bnVsbH0.AvHpeemZWTzVm-GaRHva1zG6SfWenU_BE4lwRVzmydO-6oS8jDTP6U0KPG45g7REKNpiC8wWB"
    "2QMduvgAXzw42bUEK1b5akOJPy05ZciwpT-MLsF4E0UUa6xX08MpVMV9UPdHafa7Z29lqeKe7wjgdz_pbBhgMb64ngHlJ5lrnBq009-YJbeWV6"
    "IxbxfMX6neip65oCN3jwScCBanJRg-SeKHHFYcN_8EPVi8xiKip157KtCjYMUXcbqPNGeMCfBMIMt8u7X1H6hSxbghfLIG_hO81WpCDQoSI5en"
    "oRQQCeLs4wYAEImpf0mrnu_OOEqNRgjNBmlh5-VPNu4ujWaJQ";

} // namespace stored

#endif
