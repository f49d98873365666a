"""What the tests' LDAP directory knows: read by its process and by the tests, of which only one may load Twisted."""

READER, READER_PASSWORD = "cn=reader,o=bank", "reader's own"
PASSWORD = "from the directory"
PEOPLE = ("gaoyuan,ou=cards", "lina,ou=cards", "twice,ou=cards", "twice,ou=loans")
