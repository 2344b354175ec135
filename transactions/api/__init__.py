"""The API that partners' programs call: send files, follow them, fetch what came of them."""
