# Takes out of OpenSSL's tables what is not in a list of names.
#
#   perl openssl-algorithms.pl NAMES
#
# Run in the folder of its source. A name that the tables do not have is an error, and so is a table that looks different
# from what it was.
use strict;
use warnings;

my ($names, $tables, $decoders) = ($ARGV[0], 'providers/defltprov.c', 'providers/decoders.inc');

sub text {
    my ($path) = @_;
    open(my $file, '<', $path) or die "$path: $!\n";
    local $/;
    return scalar <$file>;
}

sub put {
    my ($path, $text) = @_;
    open(my $file, '>', $path) or die "$path: $!\n";
    print $file $text;
    close($file) or die "$path: $!\n";
}

my %wanted = map { $_ => 0 } map { split } map { s/#.*//r } split(/\n/, text($names));

# An entry is a line or two: ALG(PROV_NAMES_X, …), or { PROV_NAMES_X, … }, or with the name as a text. No group that TLS
# offers here is a key encapsulation.
my ($kept, $gone) = (0, 0);
my $new = text($tables) =~ s{^ {4}(?:ALGC?\(|\{ )(?:PROV_NAMES_(\w+)|"[^"]*")[^(){}]*(?:\)| \}),\n}{
    if (defined $1 && exists $wanted{$1} && $& !~ /_asym_kem_/) { $wanted{$1}++; $kept++; $& } else { $gone++; '' }
}gemr;
my @absent = sort grep { !$wanted{$_} } keys %wanted;
die "$tables has no @absent\n" if @absent;
die "$tables: $gone entries taken out, $kept left\n" if $gone < 100 || $kept > 60;
put($tables, $new);

# No key is written, and no store of keys is opened.
for my $file ($tables, 'providers/baseprov.c') {
    my $text = text($file);
    for my $include ('encoders.inc', 'stores.inc') {
        $text =~ s/^#include "\Q$include\E"\n//m or die "$file does not include $include\n";
    }
    put($file, $text);
}

# Of a certificate its public key is decoded, in one form. What reads RSA keys, and nothing else, is no decoder.
$kept = 0;
$new = text($decoders) =~ s{^DECODER(?:_w_structure)?\( *"([^"]*)", (\w+, \w+),.*\n}{
    $2 eq 'der, SubjectPublicKeyInfo' && exists $wanted{$1 =~ tr/-/_/r} && $1 ne 'X25519' ? do { $kept++; $& } : ''
}gemr;
die "$decoders: $kept left\n" if $kept != 4;
put($decoders, $new);
